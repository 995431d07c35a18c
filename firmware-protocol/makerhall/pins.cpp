#include "pins.h"
#include "board.h"
#include "inputs.h"
#include "servos.h"

namespace pins {

struct Pin {
  Mode mode;
  bool driven;
  uint16_t min;
  uint16_t max;
  uint16_t safe;
  uint16_t value;
};

static Pin table[pinCount];

static bool isActuator(Mode mode) { return mode >= output; }

Mode mode(uint8_t pin) { return pin < pinCount ? table[pin].mode : off; }

static void drive(uint8_t pin, uint16_t value) {
  table[pin].value = value;
  switch (table[pin].mode) {
    case output:
      digitalWrite(pin, value);
      pinMode(pin, OUTPUT);
      break;
    case pwm:
      analogWrite(pin, value);
      break;
    case servo:
      servos::write(pin, value);
      break;
    default:
      break;
  }
}

static void release(uint8_t pin) {
  inputs::forget(pin);
  if (table[pin].mode == servo) servos::detach(pin);
  table[pin].driven = false;
  digitalWrite(pin, LOW); /* ends PWM, and the pull-up */
  pinMode(pin, INPUT);
}

static bool anotherPwmOnServoTimer(uint8_t except) {
  for (uint8_t pin = 0; pin < pinCount; pin += 1) {
    if (pin != except && table[pin].mode == pwm && onServoTimer(pin)) return true;
  }
  return false;
}

static uint8_t servosBeside(uint8_t except) {
  uint8_t count = 0;
  for (uint8_t pin = 0; pin < pinCount; pin += 1) {
    if (pin != except && table[pin].mode == servo) count += 1;
  }
  return count;
}

static Error possible(uint8_t pin, Mode mode) {
  if (pin >= pinCount) return unknownPin;
  if (pin < firstFreePin) return reservedPin;
  if (mode == analog && pin < analogBase) return unsupportedMode;
  if (mode == pwm && !digitalPinHasPWM(pin)) return unsupportedMode;
  if (mode == pwm && onServoTimer(pin) && servosBeside(pin) > 0) return timerConflict;
  if (mode == servo && anotherPwmOnServoTimer(pin)) return timerConflict;
  if (mode == servo && servosBeside(pin) >= maxServos) return tooManyServos;
  return none;
}

Error setMode(uint8_t pin, Mode mode) {
  const Error error = possible(pin, mode);
  if (error || table[pin].mode == mode) return error;
  /* After a restart by the watchdog a pin still holds its safe state: becoming an actuator must not let go of it. */
  if (table[pin].mode != off || !isActuator(mode)) release(pin);
  table[pin].mode = mode;
  if (mode == pullup) pinMode(pin, INPUT_PULLUP);
  if (mode == servo) servos::attach(pin);
  return none;
}

/** The least and most that an actuator's mode knows; a servo's safe state may also be 0, no pulses. */
static bool inRange(Mode mode, uint16_t value) {
  if (mode == servo) return value >= 500 && value <= 2500;
  return value <= (mode == output ? 1 : 255);
}

Error setLimits(uint8_t pin, uint16_t min, uint16_t max, uint16_t safe) {
  if (pin >= pinCount) return unknownPin;
  Pin &self = table[pin];
  if (!isActuator(self.mode)) return wrongMode;
  if (min > max) return badLimits;
  const bool rests = self.mode == servo && safe == 0;
  if (!inRange(self.mode, min) || !inRange(self.mode, max) || !(rests || inRange(self.mode, safe))) return outOfRange;
  self.min = min;
  self.max = max;
  self.safe = safe;
  /* The level nearest to the safe state, before the pin becomes an output. */
  if (self.mode == pwm && !self.driven) digitalWrite(pin, safe > 127);
  const bool keeps = self.driven && self.value >= min && self.value <= max;
  self.driven = true;
  if (!keeps) drive(pin, safe);
  return none;
}

Error write(uint8_t pin, uint16_t value) {
  if (pin >= pinCount) return unknownPin;
  const Pin &self = table[pin];
  if (!isActuator(self.mode)) return wrongMode;
  if (!self.driven) return noLimits;
  if (value < self.min || value > self.max) return outOfLimits;
  drive(pin, value);
  return none;
}

void allSafe(bool hang) {
  for (uint8_t pin = 0; pin < pinCount; pin += 1) {
    if (table[pin].driven) drive(pin, hang && table[pin].mode == servo ? 0 : table[pin].safe);
  }
  if (hang) servos::stop();
}

bool anyDriven() {
  for (uint8_t pin = 0; pin < pinCount; pin += 1) {
    if (table[pin].driven) return true;
  }
  return false;
}

}  // namespace pins
