#include "errors.h"
#include <avr/pgmspace.h>

static const char names[] PROGMEM =
    "none\0stale\0old-sequence\0unknown-command\0bad-argument\0unknown-pin\0reserved-pin\0unsupported-mode\0"
    "timer-conflict\0too-many-servos\0too-many-reports\0wrong-mode\0no-limits\0bad-limits\0out-of-limits\0"
    "out-of-range\0unknown-slot\0identity-set\0busy\0eeprom-failed";

const char *errorName(Error error) {
  const char *name = names;
  for (uint8_t index = 0; index < error; index += 1) name += strlen_P(name) + 1;
  return name;
}
