/*
 * Makerhall's firmware for Arduino Uno, Nano (ATmega328P) and Mega (ATmega2560).
 *
 * The controller tells it over the serial line what its pins are; it reports what changes, drives what it may, and
 * puts every actuator into its safe state when the controller falls silent. What it says and understands is in
 * PROTOCOL.md one folder up. It needs nothing but the Arduino core: open this folder in the Arduino IDE and upload.
 */
#include "board.h"
#include "commands.h"
#include "inputs.h"
#include "port.h"
#include "power.h"

void setup() {
  power::begin();
  port::begin();
  inputs::begin();
  commands::begin();
}

/** Runs once for each reason to wake: a byte of the line, a free line, a sample, a millisecond. Never waits. */
void loop() {
  power::pet();
  commands::readLine();
  if (power::tick()) {
    commands::tick();
    inputs::tick();
  }
  commands::carryOn();
  inputs::carryOn();
  power::sleepUntilWork();
}
