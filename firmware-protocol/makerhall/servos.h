/* Servo pulses from one 16-bit timer, each 20 ms, one pin after the other. */
#pragma once
#include <stdint.h>

namespace servos {

/** Takes the timer if this is the first. The pin stays as it is until a write. */
void attach(uint8_t pin);
/** Ends the pin's pulses and gives the timer back to PWM with the last one. */
void detach(uint8_t pin);
/** Pulse length in µs; 0 ends the pulses and leaves the pin low. */
void write(uint8_t pin, uint16_t micros);
/** All pulses end, all pins low, the timer back to PWM. */
void stop();

}  // namespace servos
