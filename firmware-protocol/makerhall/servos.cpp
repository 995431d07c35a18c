#include "servos.h"
#include "board.h"

namespace servos {

struct Servo {
  uint8_t pin;
  uint8_t mask;
  volatile uint8_t *port;
  uint16_t ticks; /* of 0.5 µs; 0: no pulse */
};

static Servo table[maxServos];
static volatile uint8_t count;
/** The servo whose pulse is on; count: the pause until the next frame. */
static uint8_t current;
static uint16_t frameBegin;

static const uint16_t frame = 40000; /* 20 ms */
static const uint16_t soon = 100;

/* Ends one pulse and begins the next. A servo without a pulse is passed over in the same run. */
ISR(SERVO_vect) {
  if (current >= count) {
    current = 0;
    frameBegin = SERVO_OCR;
  } else {
    *table[current].port &= ~table[current].mask;
    current += 1;
  }
  while (current < count && table[current].ticks == 0) current += 1;
  if (current < count) {
    *table[current].port |= table[current].mask;
    SERVO_OCR += table[current].ticks;
  } else {
    SERVO_OCR = frameBegin + frame;
  }
}

static void begin() {
  SERVO_TCCRA = 0;
  SERVO_TCCRB = _BV(CS11); /* clock / 8 */
  SERVO_TCNT = 0;
  current = 0xFF;
  SERVO_OCR = soon;
  SERVO_TIFR = _BV(OCF1A);
  SERVO_TIMSK |= _BV(OCIE1A);
}

/** As the Arduino core sets the timer up for PWM: phase correct, 8 bits, clock / 64. */
static void end() {
  SERVO_TIMSK &= ~_BV(OCIE1A);
  SERVO_TCCRA = _BV(WGM10);
  SERVO_TCCRB = _BV(CS11) | _BV(CS10);
  SERVO_TCNT = 0; /* above its top of 255 it would first run to its end */
}

void attach(uint8_t pin) {
  const uint8_t state = SREG;
  cli();
  Servo &self = table[count];
  self.pin = pin;
  self.mask = digitalPinToBitMask(pin);
  self.port = portOutputRegister(digitalPinToPort(pin));
  self.ticks = 0;
  count += 1;
  if (count == 1) begin();
  SREG = state;
}

void detach(uint8_t pin) {
  const uint8_t state = SREG;
  cli();
  for (uint8_t index = 0; index < count; index += 1) {
    if (table[index].pin != pin) continue;
    *table[index].port &= ~table[index].mask;
    count -= 1;
    table[index] = table[count];
    /* The frame in progress ends here: the others get their next pulse in the next one. */
    for (uint8_t other = 0; other < count; other += 1) *table[other].port &= ~table[other].mask;
    current = 0xFF;
    SERVO_OCR = SERVO_TCNT + frame;
    break;
  }
  if (count == 0) end();
  SREG = state;
}

void write(uint8_t pin, uint16_t micros) {
  for (uint8_t index = 0; index < count; index += 1) {
    if (table[index].pin != pin) continue;
    const uint8_t state = SREG;
    cli();
    table[index].ticks = micros * 2;
    SREG = state;
    if (!(*portModeRegister(digitalPinToPort(pin)) & table[index].mask)) {
      digitalWrite(pin, LOW);
      pinMode(pin, OUTPUT);
    }
  }
}

void stop() {
  const uint8_t state = SREG;
  cli();
  for (uint8_t index = 0; index < count; index += 1) *table[index].port &= ~table[index].mask;
  if (count > 0) end();
  count = 0;
  SREG = state;
}

}  // namespace servos
