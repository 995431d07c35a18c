/* What each pin is, and what may be written to it. */
#pragma once
#include "errors.h"

namespace pins {

enum Mode : uint8_t { off, input, pullup, analog, output, pwm, servo };
const uint8_t modeCount = 7;

Mode mode(uint8_t pin);
/** A mode that the pin has already changes nothing; another one lets go of the pin first. */
Error setMode(uint8_t pin, Mode mode);
/** From here on the pin is driven, at its safe state until a write. */
Error setLimits(uint8_t pin, uint16_t min, uint16_t max, uint16_t safe);
Error write(uint8_t pin, uint16_t value);
/** Every driven pin into its safe state. At a hang servos get no pulses any more: their timer is about to stop. */
void allSafe(bool hang);
bool anyDriven();

}  // namespace pins
