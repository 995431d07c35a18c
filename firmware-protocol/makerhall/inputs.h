/* Inputs and their reports: at changes, no faster than asked, several pins in one line. */
#pragma once
#include "errors.h"

namespace inputs {

void begin();
Error report(uint8_t pin, uint16_t interval, uint16_t threshold);
/** The pin reports no longer. */
void forget(uint8_t pin);
/** Each millisecond: looks at the digital pins, begins the next analog one. */
void tick();
/** Takes a finished sample, and reports what is due when the line is free. */
void carryOn();

}  // namespace inputs
