/* Sleep, the millisecond, the watchdog and the way a start came about. */
#pragma once
#include <stdint.h>

namespace power {

/** Set by an interrupt that leaves work behind. */
extern volatile bool wake;
/** The milliseconds since the start as of the last tick, low 16 bits. */
extern uint16_t now;

/** Finds out why the board started and arms the watchdog; the first thing in setup. */
void begin();
void pet();
/** True once in each millisecond (each 1.024 ms, as the core's Timer0 runs). */
bool tick();
/** Idle sleep until an interrupt has left work or a millisecond has passed. */
void sleepUntilWork();
/** Why the board started, in program memory: power, external, brown-out, watchdog or unknown. */
const char *cause();
bool restartedByWatchdog();

}  // namespace power
