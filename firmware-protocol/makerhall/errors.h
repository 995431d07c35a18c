/* Why a command is refused. The names are those of PROTOCOL.md. */
#pragma once
#include <stdint.h>

enum Error : uint8_t {
  none,
  stale,
  oldSequence,
  unknownCommand,
  badArgument,
  unknownPin,
  reservedPin,
  unsupportedMode,
  timerConflict,
  tooManyServos,
  tooManyReports,
  wrongMode,
  noLimits,
  badLimits,
  outOfLimits,
  outOfRange,
  unknownSlot,
  identitySet,
  busy,
  eepromFailed,
  /* No refusal: the answer comes later. */
  pending,
};

/** The error's name, in program memory. */
const char *errorName(Error error);
