#include "inputs.h"
#include "board.h"
#include "pins.h"
#include "port.h"
#include "power.h"

namespace inputs {

struct Reporter {
  uint8_t pin;
  bool analog;
  /** A value was read since reporting was set up. */
  bool fresh;
  /** A first report is owed. */
  bool first;
  /** Digital: the pin changed a moment ago, and may be bouncing. */
  bool locked;
  uint16_t interval;
  uint16_t threshold;
  uint16_t value;
  uint16_t reported;
  /** When it was last reported, ms. */
  uint16_t at;
  /** Digital: when its last change was reported, ms. */
  uint16_t changedAt;
};

static Reporter table[maxReports];
static uint8_t count;
static uint16_t sequence;
static bool look;

static const uint16_t bounce = 8;     /* ms */
static const uint16_t refresh = 1000; /* ms: a lost report is made good by then */

/* The converter: one pin a millisecond in turn, a first conversion thrown away (the input settles), four averaged. */
static const uint8_t conversions = 4;
static const uint8_t nobody = 0xFF;
static uint8_t sampling = nobody;
static uint8_t turn;
static volatile uint8_t taken;
static volatile uint16_t sum;

void begin() { ADCSRA = _BV(ADEN) | _BV(ADIE) | _BV(ADPS2) | _BV(ADPS1) | _BV(ADPS0); }

ISR(ADC_vect) {
  const uint16_t reading = ADC;
  if (taken > 0) sum += reading;
  if (taken++ < conversions) {
    ADCSRA |= _BV(ADSC);
  } else {
    power::wake = true;
  }
}

static void beginSample() {
  for (uint8_t tried = 0; tried < count; tried += 1) {
    turn = turn + 1 < count ? turn + 1 : 0;
    if (table[turn].analog) {
      const uint8_t channel = table[turn].pin - analogBase;
      ADMUX = _BV(REFS0) | (channel & 7);
#ifdef MUX5
      ADCSRB = channel & 8 ? _BV(MUX5) : 0;
#endif
      sampling = turn;
      taken = 0;
      sum = 0;
      ADCSRA |= _BV(ADSC);
      return;
    }
  }
}

Error report(uint8_t pin, uint16_t interval, uint16_t threshold) {
  if (pin >= pinCount) return unknownPin;
  const pins::Mode mode = pins::mode(pin);
  if (mode != pins::input && mode != pins::pullup && mode != pins::analog) return wrongMode;
  if (interval > maxInterval || threshold < 1 || threshold > 1023) return outOfRange;
  uint8_t index = 0;
  while (index < count && table[index].pin != pin) index += 1;
  if (index == maxReports) return tooManyReports;
  if (index == count) count += 1;
  Reporter &self = table[index];
  self.pin = pin;
  self.analog = mode == pins::analog;
  self.fresh = false;
  self.first = true;
  self.locked = false;
  self.interval = interval;
  self.threshold = threshold;
  return none;
}

void forget(uint8_t pin) {
  for (uint8_t index = 0; index < count; index += 1) {
    if (table[index].pin != pin) continue;
    count -= 1;
    table[index] = table[count];
    /* A sample under way would land on the wrong pin: the one that moved gets its next turn instead. */
    if (sampling == index || sampling == count) sampling = nobody;
    return;
  }
}

void tick() {
  for (uint8_t index = 0; index < count; index += 1) {
    Reporter &self = table[index];
    if (self.analog) continue;
    self.value = digitalRead(self.pin);
    self.fresh = true;
    const uint16_t lock = self.interval > bounce ? self.interval : bounce;
    if (self.locked && (uint16_t)(power::now - self.changedAt) >= lock) self.locked = false;
  }
  const bool converting = ADCSRA & _BV(ADSC);
  if (sampling == nobody && !converting) beginSample();
  look = count > 0;
}

static bool isDue(const Reporter &self) {
  if (!self.fresh) return false;
  if (self.first) return true;
  const uint16_t since = power::now - self.at;
  const uint16_t longest = self.interval > refresh ? self.interval : refresh;
  if (!self.analog) return !self.locked && (self.value != self.reported || since >= longest);
  const uint16_t change = self.value > self.reported ? self.value - self.reported : self.reported - self.value;
  return since >= longest || (since >= self.interval && change >= self.threshold);
}

static void add(Reporter &self) {
  port::scratch.space();
  port::scratch.number(self.pin);
  port::scratch.put('=');
  port::scratch.number(self.value);
  if (!self.analog && !self.first && self.value != self.reported) {
    self.locked = true;
    self.changedAt = power::now;
  }
  self.reported = self.value;
  self.at = power::now;
  self.first = false;
}

/** What does not fit into one line is still due when the line is free again. */
static void reportDue() {
  const uint8_t longestValue = 9; /* " 69=65535" */
  bool begun = false;
  for (uint8_t index = 0; index < count; index += 1) {
    if (!isDue(table[index])) continue;
    if (!begun) {
      port::scratch.begin('R');
      port::scratch.space();
      port::scratch.number(sequence++);
      port::scratch.space();
      port::scratch.number(micros());
      begun = true;
    }
    if (port::scratch.room() < longestValue) break;
    add(table[index]);
  }
  if (!begun) return;
  port::scratch.seal();
  port::send(port::scratch);
}

void carryOn() {
  if (sampling != nobody && taken > conversions) {
    Reporter &self = table[sampling];
    self.value = (sum + conversions / 2) / conversions;
    self.fresh = true;
    sampling = nobody;
    look = true;
  }
  /* Only when the line is free: so an answer never waits for more than one report. */
  if (look && port::free()) {
    look = false;
    reportDue();
  }
}

}  // namespace inputs
