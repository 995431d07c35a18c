/** A system of linear equations, put together term by term: `sum of coefficients · x = right`, a row for each unknown. */
export class LinearSystem {
  readonly #size: number
  readonly #coefficients: Float64Array
  readonly #right: Float64Array

  constructor(size: number) {
    this.#size = size
    this.#coefficients = new Float64Array(size * size)
    this.#right = new Float64Array(size)
  }

  add(row: number, column: number, value: number): void {
    this.#coefficients[row * this.#size + column] = this.#at(row, column) + value
  }

  addRight(row: number, value: number): void {
    this.#right[row] = this.#rightAt(row) + value
  }

  /** Replaces the row's equation by `x = value`. */
  fix(row: number, value: number): void {
    this.#coefficients.fill(0, row * this.#size, (row + 1) * this.#size)
    this.add(row, row, 1)
    this.#right[row] = value
  }

  /** Gaussian elimination with partial pivoting, in place. An unknown that no equation determines is 0. */
  solve(): Float64Array {
    for (let column = 0; column < this.#size; column++) {
      this.#swap(this.#largestBelow(column), column)
      const head = this.#at(column, column)
      if (Math.abs(head) < 1e-15) continue
      for (let row = column + 1; row < this.#size; row++) {
        const factor = this.#at(row, column) / head
        if (factor !== 0) this.#subtract(column, row, factor)
      }
    }
    return this.#substitute()
  }

  #subtract(from: number, row: number, factor: number): void {
    for (let column = from; column < this.#size; column++)
      this.add(row, column, -factor * this.#at(from, column))
    this.addRight(row, -factor * this.#rightAt(from))
  }

  #substitute(): Float64Array {
    const result = new Float64Array(this.#size)
    for (let row = this.#size - 1; row >= 0; row--) {
      let sum = this.#rightAt(row)
      for (let column = row + 1; column < this.#size; column++) {
        sum -= this.#at(row, column) * (result[column] ?? 0)
      }
      const head = this.#at(row, row)
      result[row] = Math.abs(head) < 1e-15 ? 0 : sum / head
    }
    return result
  }

  #largestBelow(column: number): number {
    let best = column
    for (let row = column + 1; row < this.#size; row++) {
      if (Math.abs(this.#at(row, column)) > Math.abs(this.#at(best, column))) best = row
    }
    return best
  }

  #swap(a: number, b: number): void {
    if (a === b) return
    for (let column = 0; column < this.#size; column++) {
      const value = this.#at(a, column)
      this.#coefficients[a * this.#size + column] = this.#at(b, column)
      this.#coefficients[b * this.#size + column] = value
    }
    const right = this.#rightAt(a)
    this.#right[a] = this.#rightAt(b)
    this.#right[b] = right
  }

  #at(row: number, column: number): number {
    return this.#coefficients[row * this.#size + column] ?? 0
  }

  #rightAt(row: number): number {
    return this.#right[row] ?? 0
  }
}
