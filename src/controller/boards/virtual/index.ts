export { createVirtualBoard, type VirtualBoard, type VirtualBoardOptions } from './board.ts'
