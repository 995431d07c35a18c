#include "store.h"
#include <avr/eeprom.h>
#include <util/crc16.h>
#include "commands.h"
#include "power.h"

namespace store {

/* A start's place: its 24-bit number (most significant byte first) and a check. 32 places share the wear. */
static const uint8_t startPlaces = 32;
static const uint8_t startSize = 4;
static const uint8_t startCheck = 0x5A;

/* A record's copy: checksum (2), layout, generation, length, bytes. */
static const uint8_t headSize = 5;
static const uint8_t layout = 1;
static const uint16_t identityAt = 128;
static const uint8_t identityStride = 32;
static const uint16_t calibrationAt = 192;
static const uint8_t calibrationStride = 48;

static uint8_t *address(uint16_t at) { return (uint8_t *)at; }
static uint8_t readByte(uint16_t at) { return eeprom_read_byte(address(at)); }

/** The number of the start in a place, or 0 where it is blank or broken. */
static uint32_t startIn(uint8_t place) {
  uint32_t number = 0;
  uint8_t check = startCheck;
  for (uint8_t index = 0; index < startSize - 1; index += 1) {
    const uint8_t byte = readByte(place * startSize + index);
    number = number << 8 | byte;
    check ^= byte;
  }
  const bool sound = readByte(place * startSize + startSize - 1) == check && number % startPlaces == place;
  return sound ? number : 0;
}

static void writeStart(uint32_t number) {
  const uint16_t at = number % startPlaces * startSize;
  const uint8_t high = number >> 16;
  const uint8_t middle = number >> 8;
  const uint8_t low = number;
  eeprom_update_byte(address(at), high);
  eeprom_update_byte(address(at + 1), middle);
  eeprom_update_byte(address(at + 2), low);
  eeprom_update_byte(address(at + 3), high ^ middle ^ low ^ startCheck);
}

uint16_t countStart() {
  uint32_t number = 0;
  for (uint8_t place = 0; place < startPlaces; place += 1) {
    const uint32_t found = startIn(place);
    if (found > number) number = found;
  }
  /* A place that is worn out is passed over, at the price of one number. */
  for (uint8_t tries = 0; tries < startPlaces; tries += 1) {
    power::pet();
    number += 1;
    writeStart(number);
    if (startIn(number % startPlaces) == number) break;
  }
  return number;
}

struct Copy {
  bool sound;
  uint8_t generation;
  uint8_t length;
};

static Copy readCopy(uint16_t at) {
  Copy copy = {false, readByte(at + 3), readByte(at + 4)};
  if (readByte(at + 2) != layout || copy.length > calibrationBytes) return copy;
  uint16_t crc = 0xFFFF;
  for (uint8_t index = 2; index < headSize + copy.length; index += 1) crc = _crc_xmodem_update(crc, readByte(at + index));
  copy.sound = readByte(at) == crc >> 8 && readByte(at + 1) == (crc & 0xFF);
  return copy;
}

/** 0 or 1: the newest sound copy; -1: none. Generations are compared as a circle of 256. */
static int8_t newest(uint16_t at, uint8_t stride) {
  const Copy first = readCopy(at);
  const Copy second = readCopy(at + stride);
  if (first.sound && second.sound) return (int8_t)(second.generation - first.generation) > 0 ? 1 : 0;
  return second.sound ? 1 : first.sound ? 0 : -1;
}

static uint8_t read(uint16_t at, uint8_t stride, uint8_t *bytes) {
  const int8_t which = newest(at, stride);
  if (which < 0) return 0;
  const uint16_t from = at + which * stride;
  const uint8_t length = readByte(from + 4);
  for (uint8_t index = 0; index < length; index += 1) bytes[index] = readByte(from + headSize + index);
  return length;
}

static uint16_t slotAt(uint8_t slot) { return calibrationAt + slot * 2 * calibrationStride; }

uint8_t readIdentity(char *bytes) { return read(identityAt, identityStride, (uint8_t *)bytes); }
uint8_t readCalibration(uint8_t slot, uint8_t *bytes) { return read(slotAt(slot), calibrationStride, bytes); }

/** What is being written: a copy's bytes, the next of them, and where they go. */
static struct {
  bool active;
  uint8_t bytes[headSize + calibrationBytes];
  uint8_t size;
  uint8_t step;
  uint16_t at;
} job;

static Error write(uint16_t at, uint8_t stride, const uint8_t *bytes, uint8_t length) {
  if (job.active) return busy;
  const int8_t best = newest(at, stride);
  const uint8_t generation = best < 0 ? 1 : readByte(at + best * stride + 3) + 1;
  job.at = at + (best == 0 ? stride : 0);
  job.size = headSize + length;
  job.bytes[2] = layout;
  job.bytes[3] = generation;
  job.bytes[4] = length;
  memcpy(job.bytes + headSize, bytes, length);
  uint16_t crc = 0xFFFF;
  for (uint8_t index = 2; index < job.size; index += 1) crc = _crc_xmodem_update(crc, job.bytes[index]);
  job.bytes[0] = crc >> 8;
  job.bytes[1] = crc;
  job.step = 0;
  job.active = true;
  return pending;
}

Error writeIdentity(const char *identity) {
  return write(identityAt, identityStride, (const uint8_t *)identity, identityLength);
}

Error writeCalibration(uint8_t slot, const uint8_t *bytes, uint8_t length) {
  return write(slotAt(slot), calibrationStride, bytes, length);
}

static bool kept() {
  for (uint8_t index = 0; index < job.size; index += 1) {
    if (readByte(job.at + index) != job.bytes[index]) return false;
  }
  return true;
}

void carryOn() {
  while (job.active && eeprom_is_ready()) {
    if (job.step == job.size) {
      job.active = false;
      commands::stored(kept() ? none : eepromFailed);
      return;
    }
    /* The checksum comes last: until then the copy is broken for sure, and the other one counts. */
    const uint8_t index = job.step + 2 < job.size ? job.step + 2 : job.step + 2 - job.size;
    job.step += 1;
    if (readByte(job.at + index) != job.bytes[index]) eeprom_write_byte(address(job.at + index), job.bytes[index]);
  }
}

}  // namespace store
