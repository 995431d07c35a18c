/* The serial line: bytes in and out by interrupt, and lines with their checksum. */
#pragma once
#include <stdint.h>
#include "board.h"

/** A line that is being put together: words with one space between them, sealed with checksum and LF. */
class Line {
 public:
  /** Begins anew with a letter that says what the line is. */
  void begin(char letter);
  void space() { put(' '); }
  void put(char character);
  void text(const char *text);
  /** A text in program memory. */
  void textP(const char *text);
  /** Decimal, without leading zeros. */
  void number(uint32_t value);
  /** Two upper-case hexadecimal digits. */
  void hexByte(uint8_t value);
  void seal();
  /** So many more characters fit before the seal. */
  uint8_t room() const { return longestLine - 6 - length; }

  char bytes[longestLine];
  uint8_t length = 0;
};

namespace port {

/** What was wrong on the line since the start; stops at 65535. */
struct Counters {
  uint16_t checksum;
  uint16_t malformed;
  uint16_t tooLong;
  uint16_t overrun;
};
extern Counters counters;
void count(uint16_t &counter);

/** 115,200 baud, 8 data bits, no parity, one stop bit. */
void begin();
/** False when nothing was received. */
bool takeByte(uint8_t &byte);
/** Bytes that can be sent now. */
uint8_t room();
/** True when nothing waits to be sent. */
bool free();
/** Where lines are put together that are sent at once and not kept. */
extern Line scratch;
/** The caller has asked `room` before. */
void send(const Line &line);
void sendByte(uint8_t byte);
/** Is the text a body, a star and the body's checksum? `length` becomes the body's. */
bool checksumHolds(const char *text, uint8_t &length);

}  // namespace port
