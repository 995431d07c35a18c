#include "power.h"
#include <Arduino.h>
#include <avr/sleep.h>
#include <avr/wdt.h>
#include "pins.h"

namespace power {

volatile bool wake;
uint16_t now;

/* Not cleared at a start. On a cold start they are noise, so the mark is trusted only where no power-on is flagged. */
static uint8_t resetFlags __attribute__((section(".noinit")));
static uint16_t watchdogMark __attribute__((section(".noinit")));
static const uint16_t watchdogMarked = 0xD06E;
static bool byWatchdog;

/*
 * Before anything else, at every start: an armed watchdog (a bootloader's, or our own after the jump below) would
 * strike again within milliseconds. After that jump the peripherals are still as they were, so interrupts that would
 * find cleared variables are turned off. Pins are left alone: they hold their safe states.
 */
void early() __attribute__((naked, used, section(".init3")));
void early() {
  resetFlags = MCUSR;
  MCUSR = 0;
  wdt_disable();
  UCSR0B = 0;
  ADCSRA = 0;
  TIMSK0 = 0;
  TIMSK1 = 0;
  TIMSK2 = 0;
#ifdef TIMSK5
  TIMSK3 = 0;
  TIMSK4 = 0;
  TIMSK5 = 0;
#endif
}

void begin() {
  byWatchdog = watchdogMark == watchdogMarked && !(resetFlags & (_BV(PORF) | _BV(BORF) | _BV(EXTRF)));
  watchdogMark = 0;
  set_sleep_mode(SLEEP_MODE_IDLE);
  cli();
  wdt_reset();
  WDTCSR = _BV(WDCE) | _BV(WDE);
  /* Interrupt, never reset: no bootloader gets to see an armed watchdog. 250 ms. */
  WDTCSR = _BV(WDIE) | _BV(WDP2);
  sei();
}

/** The main loop hangs. Actuators safe, then the sketch starts again, without passing the bootloader. */
static void __attribute__((noreturn, used)) restart() {
  pins::allSafe(true);
  watchdogMark = watchdogMarked;
  resetFlags = 0;
  for (;;) asm volatile("jmp 0");
}

/* Nothing of what hangs is needed any more, and its stack may be the reason: begin with a fresh one. */
ISR(WDT_vect, ISR_NAKED) {
  asm volatile("clr __zero_reg__");
  SP = RAMEND;
  asm volatile("jmp %x0" ::"i"(restart));
}

void pet() { wdt_reset(); }

bool tick() {
  const uint16_t reading = millis();
  if (reading == now) return false;
  now = reading;
  return true;
}

void sleepUntilWork() {
  for (;;) {
    cli();
    /* The instruction after sei() is carried out before any interrupt: no wake is lost between look and sleep. */
    if (wake || (uint16_t)millis() != now) break;
    sleep_enable();
    sei();
    sleep_cpu();
    sleep_disable();
  }
  wake = false;
  sei();
}

static const char watchdogName[] PROGMEM = "watchdog";
static const char powerName[] PROGMEM = "power";
static const char brownOutName[] PROGMEM = "brown-out";
static const char externalName[] PROGMEM = "external";
static const char unknownName[] PROGMEM = "unknown";

bool restartedByWatchdog() { return byWatchdog; }

const char *cause() {
  if (byWatchdog || resetFlags & _BV(WDRF)) return watchdogName;
  if (resetFlags & _BV(PORF)) return powerName;
  if (resetFlags & _BV(BORF)) return brownOutName;
  if (resetFlags & _BV(EXTRF)) return externalName;
  return unknownName;
}

}  // namespace power
