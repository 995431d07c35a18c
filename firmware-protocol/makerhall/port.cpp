#include "port.h"
#include <util/crc16.h>
#include "power.h"

void Line::begin(char letter) {
  length = 0;
  put(letter);
}

void Line::put(char character) {
  if (room() > 0) bytes[length++] = character;
}

void Line::text(const char *text) {
  while (*text) put(*text++);
}

void Line::textP(const char *text) {
  while (char character = pgm_read_byte(text++)) put(character);
}

static const uint32_t powers[] PROGMEM = {1000000000, 100000000, 10000000, 1000000, 100000,
                                          10000,      1000,      100,      10};

/* By subtraction: an AVR has no division, and 32 bits of it by hand take half a millisecond. */
void Line::number(uint32_t value) {
  bool begun = false;
  for (const uint32_t &place : powers) {
    const uint32_t power = pgm_read_dword(&place);
    char digit = '0';
    while (value >= power) {
      value -= power;
      digit += 1;
    }
    if (digit != '0') begun = true;
    if (begun) put(digit);
  }
  put('0' + value);
}

static char hexDigit(uint8_t value) { return value < 10 ? '0' + value : 'A' + value - 10; }

void Line::hexByte(uint8_t value) {
  put(hexDigit(value >> 4));
  put(hexDigit(value & 15));
}

/** CRC-16/CCITT-FALSE: avr-libc's XMODEM step, begun with 0xFFFF. */
static uint16_t checksum(const char *text, uint8_t length) {
  uint16_t crc = 0xFFFF;
  while (length--) crc = _crc_xmodem_update(crc, *text++);
  return crc;
}

void Line::seal() {
  const uint16_t crc = checksum(bytes, length);
  bytes[length++] = '*';
  for (int8_t shift = 12; shift >= 0; shift -= 4) bytes[length++] = hexDigit(crc >> shift & 15);
  bytes[length++] = '\n';
}

namespace port {

Counters counters;
Line scratch;

void count(uint16_t &counter) {
  if (counter != 0xFFFF) counter += 1;
}

bool checksumHolds(const char *text, uint8_t &length) {
  const uint8_t body = length - 5;
  const uint16_t crc = checksum(text, body);
  length = body;
  for (uint8_t digit = 0; digit < 4; digit += 1) {
    if (text[body + 1 + digit] != hexDigit(crc >> (12 - 4 * digit) & 15)) return false;
  }
  return true;
}

/* Ring buffers whose sizes are powers of two; 256 needs no mask for a byte's index. */
static const uint8_t receivedMask = 127;
static volatile uint8_t received[128];
static volatile uint8_t receivedHead, receivedTail;
static volatile uint8_t sending[256];
static volatile uint8_t sendingHead, sendingTail;

void begin() {
  UCSR0A = _BV(U2X0);
  UBRR0 = (F_CPU / 4 / 115200 - 1) / 2;
  UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
  UCSR0B = _BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0);
}

ISR(PORT_RECEIVED_vect) {
  const bool lost = UCSR0A & _BV(DOR0);
  const uint8_t byte = UDR0;
  const uint8_t next = (receivedHead + 1) & receivedMask;
  if (lost || next == receivedTail) count(counters.overrun);
  if (next != receivedTail) {
    received[receivedHead] = byte;
    receivedHead = next;
  }
  /* A half line is no work, but the buffer must not run full of lines that never end. */
  if (byte == '\n' || ((receivedHead - receivedTail) & receivedMask) > 64) power::wake = true;
}

ISR(PORT_FREE_vect) {
  UDR0 = sending[sendingTail];
  sendingTail += 1;
  if (sendingTail == sendingHead) {
    UCSR0B &= ~_BV(UDRIE0);
    power::wake = true;
  }
}

bool takeByte(uint8_t &byte) {
  if (receivedHead == receivedTail) return false;
  byte = received[receivedTail];
  receivedTail = (receivedTail + 1) & receivedMask;
  return true;
}

uint8_t room() { return 255 - (uint8_t)(sendingHead - sendingTail); }
bool free() { return sendingHead == sendingTail; }

void sendByte(uint8_t byte) {
  sending[sendingHead] = byte;
  sendingHead += 1;
  const uint8_t state = SREG;
  cli();
  UCSR0B |= _BV(UDRIE0);
  SREG = state;
}

void send(const Line &line) {
  for (uint8_t index = 0; index < line.length; index += 1) sendByte(line.bytes[index]);
}

}  // namespace port
