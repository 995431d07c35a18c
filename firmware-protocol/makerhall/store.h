/* The EEPROM: a count of starts, the identity, calibration. Layout in PROTOCOL.md. */
#pragma once
#include <stdint.h>
#include "board.h"
#include "errors.h"

namespace store {

/** Counts this start and gives its nonce, which none of the 65,535 starts before had. Takes 14 ms. */
uint16_t countStart();
/** The bytes of a record's newest sound copy, or 0 for none. `bytes` has room for 40. */
uint8_t readIdentity(char *bytes);
uint8_t readCalibration(uint8_t slot, uint8_t *bytes);
/** Writes the older copy byte by byte while everything else goes on; `commands::stored` hears of the end. */
Error writeIdentity(const char *identity);
Error writeCalibration(uint8_t slot, const uint8_t *bytes, uint8_t length);
/** The next byte, when the EEPROM is ready for it. */
void carryOn();

}  // namespace store
