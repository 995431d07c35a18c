/* The controller's lines: checked, carried out once, answered. */
#pragma once
#include "errors.h"

namespace commands {

/** Takes a nonce and says hello. */
void begin();
/** Reads what was received, up to one whole line. */
void readLine();
/** Each millisecond: has the controller fallen silent? */
void tick();
/** What is under way: bytes for the EEPROM, lines that are owed. */
void carryOn();
/** The EEPROM has been written: the answer that was owed. */
void stored(Error error);

}  // namespace commands
