/* What differs between the boards. A port to another board begins here. */
#pragma once
#include <Arduino.h>

/* At most 7 servos fit into one frame: 7 * 2.5 ms < 20 ms. */

#define FIRMWARE_VERSION "1.0.0"
#define PROTOCOL_VERSION 1

#if defined(__AVR_ATmega328P__)

#define MCU_NAME "uno"
#define CAPABILITIES "d=2-19 a=14-19 p=3,5-6,9-11 s=2-19 b=14 i=60000 r=16 v=4 c=8"
const uint8_t pinCount = 20;
const uint8_t analogBase = 14;
const uint8_t maxServos = 4;
const uint8_t calibrationSlots = 8;
#define PORT_RECEIVED_vect USART_RX_vect
#define PORT_FREE_vect USART_UDRE_vect
/* Servos take Timer1, and with it the PWM of pins 9 and 10. */
#define SERVO_vect TIMER1_COMPA_vect
#define SERVO_TCCRA TCCR1A
#define SERVO_TCCRB TCCR1B
#define SERVO_TCNT TCNT1
#define SERVO_OCR OCR1A
#define SERVO_TIMSK TIMSK1
#define SERVO_TIFR TIFR1
inline bool onServoTimer(uint8_t pin) { return pin == 9 || pin == 10; }

#elif defined(__AVR_ATmega2560__)

#define MCU_NAME "mega"
#define CAPABILITIES "d=2-69 a=54-69 p=2-13,44-46 s=2-69 b=54 i=60000 r=16 v=6 c=32"
const uint8_t pinCount = 70;
const uint8_t analogBase = 54;
const uint8_t maxServos = 6;
const uint8_t calibrationSlots = 32;
#define PORT_RECEIVED_vect USART0_RX_vect
#define PORT_FREE_vect USART0_UDRE_vect
/* Servos take Timer5, and with it the PWM of pins 44, 45 and 46. */
#define SERVO_vect TIMER5_COMPA_vect
#define SERVO_TCCRA TCCR5A
#define SERVO_TCCRB TCCR5B
#define SERVO_TCNT TCNT5
#define SERVO_OCR OCR5A
#define SERVO_TIMSK TIMSK5
#define SERVO_TIFR TIFR5
inline bool onServoTimer(uint8_t pin) { return pin >= 44 && pin <= 46; }

#else
#error "This firmware knows the ATmega328P (Uno, Nano) and the ATmega2560 (Mega)."
#endif

#if F_CPU != 16000000L
#error "This firmware is written for 16 MHz."
#endif

const uint8_t firstFreePin = 2; /* 0 and 1 carry the serial line */
const uint8_t maxReports = 16;
const uint16_t maxInterval = 60000;   /* ms */
const uint16_t heartbeatTimeout = 400; /* ms; the promise is 500, measured from outside */
const uint8_t calibrationBytes = 40;
const uint8_t identityLength = 11; /* mh-xxxxxxxx */
const uint8_t longestLine = 120;   /* bytes with checksum and LF */
