#include "commands.h"
#include "board.h"
#include "inputs.h"
#include "pins.h"
#include "port.h"
#include "power.h"
#include "store.h"

namespace commands {

static uint16_t nonce;
static uint16_t lastSequence;
static uint16_t refused;
static uint16_t safes;

/** Milliseconds of the last command; `awake` until the controller has been silent for too long. */
static uint16_t lastCommand;
static bool awake;
/** The cause of a safe line that is owed, in program memory. */
static const char *owedSafe;
static const char heartbeatName[] PROGMEM = "heartbeat";
static const char commandName[] PROGMEM = "command";
static const char watchdogName[] PROGMEM = "watchdog";

/** What was answered, so that a repeat gets the same and does nothing. */
struct Answer {
  bool used;
  Error error;
  uint16_t sequence;
  uint32_t time;
};
static const uint8_t answerWindow = 8;
static Answer answers[answerWindow];
static uint8_t nextAnswer;
static uint16_t owedSequence;

/** The last answer as it was sent: some carry results. */
static Line answer;
static bool answerSent;
static uint16_t answerSequence;

/* ---- reading words ---- */

/** The words of a body, one after the other; single spaces between them. */
struct Words {
  char *at;
  /** The next word, ended by 0; nullptr after the last, and where a word is empty. */
  char *next() {
    char *word = at;
    if (!word) return nullptr;
    char *end = strchr(word, ' ');
    at = end ? end + 1 : nullptr;
    if (end) *end = 0;
    return *word ? word : nullptr;
  }
  bool done() const { return at == nullptr; }
};

/** Canonical decimal up to 65535. */
static bool readNumber(const char *word, uint16_t &value) {
  if (!word || (word[0] == '0' && word[1])) return false;
  uint32_t sum = 0;
  uint8_t digits = 0;
  for (; *word; word += 1, digits += 1) {
    if (*word < '0' || *word > '9' || digits == 5) return false;
    sum = sum * 10 + (*word - '0');
  }
  value = sum;
  return sum <= 0xFFFF;
}

static bool readPin(const char *word, uint8_t &pin) {
  uint16_t value;
  if (!readNumber(word, value)) return false;
  pin = value > 255 ? 255 : value; /* 255 is no board's pin either */
  return true;
}

static int8_t readDigit(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

/** Four upper-case hexadecimal digits. */
static bool readNonce(const char *word, uint16_t &value) {
  if (!word || strlen(word) != 4) return false;
  value = 0;
  for (; *word; word += 1) {
    const int8_t digit = readDigit(*word);
    if (digit < 0) return false;
    value = value << 4 | digit;
  }
  return true;
}

/** Pairs of upper-case hexadecimal digits, `-` for none. */
static bool readBytes(const char *word, uint8_t *bytes, uint8_t &length) {
  length = 0;
  if (!word) return false;
  if (word[0] == '-' && !word[1]) return true;
  for (; *word; word += 2) {
    const int8_t high = readDigit(word[0]);
    const int8_t low = word[1] ? readDigit(word[1]) : -1;
    if (high < 0 || low < 0 || length == calibrationBytes) return false;
    bytes[length++] = high << 4 | low;
  }
  return length > 0;
}

static bool isIdentity(const char *word) {
  if (!word || strlen(word) != identityLength || strncmp_P(word, PSTR("mh-"), 3)) return false;
  for (word += 3; *word; word += 1) {
    if (!((*word >= '0' && *word <= '9') || (*word >= 'a' && *word <= 'f'))) return false;
  }
  return true;
}

/* ---- what each command does ---- */

static const char modeNames[] PROGMEM = "off\0input\0pullup\0analog\0output\0pwm\0servo";

static Error mode(Words &words) {
  uint8_t pin;
  if (!readPin(words.next(), pin)) return badArgument;
  const char *word = words.next();
  if (!word || !words.done()) return badArgument;
  const char *name = modeNames;
  for (uint8_t index = 0; index < pins::modeCount; index += 1) {
    if (!strcmp_P(word, name)) return pins::setMode(pin, (pins::Mode)index);
    name += strlen_P(name) + 1;
  }
  return badArgument;
}

static Error limits(Words &words) {
  uint8_t pin;
  uint16_t min, max, safe;
  if (!readPin(words.next(), pin) || !readNumber(words.next(), min) || !readNumber(words.next(), max) ||
      !readNumber(words.next(), safe) || !words.done())
    return badArgument;
  return pins::setLimits(pin, min, max, safe);
}

static Error report(Words &words) {
  uint8_t pin;
  uint16_t interval, threshold;
  if (!readPin(words.next(), pin) || !readNumber(words.next(), interval) || !readNumber(words.next(), threshold) ||
      !words.done())
    return badArgument;
  return inputs::report(pin, interval, threshold);
}

static Error write(Words &words) {
  uint8_t pin;
  uint16_t value;
  if (!readPin(words.next(), pin) || !readNumber(words.next(), value) || !words.done()) return badArgument;
  return pins::write(pin, value);
}

static void owe(const char *cause) {
  owedSafe = cause;
  port::count(safes);
}

static Error safe(Words &words) {
  if (!words.done()) return badArgument;
  pins::allSafe(false);
  owe(commandName);
  return none;
}

/** Another identity than the board's own is taken only from who knows the old one. */
static Error identify(Words &words) {
  const char *wanted = words.next();
  if (!isIdentity(wanted)) return badArgument;
  const char *replaced = words.done() ? nullptr : words.next();
  if (!words.done() || (replaced && !isIdentity(replaced))) return badArgument;
  char old[calibrationBytes];
  if (store::readIdentity(old) == identityLength) {
    if (!strncmp(old, wanted, identityLength)) return none;
    if (!replaced || strncmp(old, replaced, identityLength)) return identitySet;
  }
  return store::writeIdentity(wanted);
}

static Error readSlot(Words &words, uint16_t &slot) {
  if (!readNumber(words.next(), slot)) return badArgument;
  return slot < calibrationSlots ? none : unknownSlot;
}

static Error calibrationRead(Words &words) {
  uint16_t slot;
  const Error error = readSlot(words, slot);
  if (error == badArgument || !words.done()) return badArgument;
  if (error) return error;
  uint8_t bytes[calibrationBytes];
  const uint8_t length = store::readCalibration(slot, bytes);
  answer.space();
  if (length == 0) answer.put('-');
  for (uint8_t index = 0; index < length; index += 1) answer.hexByte(bytes[index]);
  return none;
}

static Error calibrationWrite(Words &words) {
  uint16_t slot;
  const Error error = readSlot(words, slot);
  uint8_t bytes[calibrationBytes];
  uint8_t length;
  if (error == badArgument || !readBytes(words.next(), bytes, length) || !words.done()) return badArgument;
  return error ? error : store::writeCalibration(slot, bytes, length);
}

static void counter(const char *name, uint16_t value) {
  answer.space();
  answer.textP(name);
  answer.number(value);
}

static Error stats(Words &words) {
  if (!words.done()) return badArgument;
  counter(PSTR("checksum="), port::counters.checksum);
  counter(PSTR("malformed="), port::counters.malformed);
  counter(PSTR("too-long="), port::counters.tooLong);
  counter(PSTR("overrun="), port::counters.overrun);
  counter(PSTR("refused="), refused);
  counter(PSTR("safe="), safes);
  return none;
}

static Error carryOut(char letter, Words &words) {
  switch (letter) {
    case 'B':
      return words.done() ? none : badArgument;
    case 'M':
      return mode(words);
    case 'L':
      return limits(words);
    case 'R':
      return report(words);
    case 'W':
      return write(words);
    case 'S':
      return safe(words);
    case 'I':
      return identify(words);
    case 'C':
      return calibrationRead(words);
    case 'K':
      return calibrationWrite(words);
    case 'T':
      return stats(words);
#ifdef MAKERHALL_TEST_HANG
    /* Only in the build that proves the watchdog. */
    case 'X':
      for (;;) {
      }
#endif
    default:
      return unknownCommand;
  }
}

/* ---- answers ---- */

static void head(Line &line, char letter, uint16_t sequence, uint32_t time) {
  line.begin(letter);
  line.space();
  line.number(sequence);
  line.space();
  line.number(time);
}

static void sendRefusal(Line &line, uint16_t sequence, uint32_t time, Error error) {
  head(line, 'E', sequence, time);
  line.space();
  line.textP(errorName(error));
  line.seal();
  port::send(line);
}

static Answer *answered(uint16_t sequence) {
  for (Answer &known : answers) {
    if (known.used && known.sequence == sequence) return &known;
  }
  return nullptr;
}

/** The oldest answer makes room, but not the one that is still under way. */
static void remember(uint16_t sequence) {
  const Answer &oldest = answers[nextAnswer];
  if (oldest.used && oldest.error == pending) nextAnswer = (nextAnswer + 1) % answerWindow;
  answers[nextAnswer] = {true, pending, sequence, 0};
  nextAnswer = (nextAnswer + 1) % answerWindow;
}

/** Notes and sends what came of a command; `answer` holds its head and results. */
static void conclude(uint16_t sequence, uint32_t time, Error error) {
  Answer *known = answered(sequence);
  if (known) {
    known->error = error;
    known->time = time;
  }
  if (error) {
    port::count(refused);
    sendRefusal(answer, sequence, time, error);
  } else {
    answer.seal();
    port::send(answer);
  }
  answerSent = true;
  answerSequence = sequence;
}

static void carryOutAndAnswer(char letter, Words &words, uint16_t sequence) {
  const uint32_t time = micros();
  head(answer, 'A', sequence, time);
  answerSent = false;
  const Error error = carryOut(letter, words);
  if (error == pending) {
    owedSequence = sequence;
    return;
  }
  conclude(sequence, time, error);
}

void stored(Error error) {
  const uint32_t time = micros();
  head(answer, 'A', owedSequence, time);
  conclude(owedSequence, time, error);
}

/** A command that was answered before: the same answer again, and nothing is done. */
static void repeat(const Answer &known, char letter, Words &words) {
  if (known.error == pending) return; /* the answer is under way */
  if (answerSent && answerSequence == known.sequence) {
    port::send(answer);
  } else if (known.error) {
    sendRefusal(port::scratch, known.sequence, known.time, known.error);
  } else if (letter == 'C' || letter == 'T') {
    /* Their results were not kept, but reading changes nothing. */
    carryOutAndAnswer(letter, words, known.sequence);
  } else {
    head(port::scratch, 'A', known.sequence, known.time);
    port::scratch.seal();
    port::send(port::scratch);
  }
}

static void sendHello() {
  char identity[calibrationBytes + 1];
  const uint8_t length = store::readIdentity(identity);
  identity[length] = 0;
  port::scratch.begin('H');
  port::scratch.space();
  port::scratch.number(PROTOCOL_VERSION);
  port::scratch.textP(PSTR(" " FIRMWARE_VERSION " "));
  port::scratch.text(length == identityLength ? identity : "-");
  port::scratch.space();
  port::scratch.hexByte(nonce >> 8);
  port::scratch.hexByte(nonce);
  port::scratch.space();
  port::scratch.number(lastSequence);
  port::scratch.textP(PSTR(" " MCU_NAME " "));
  port::scratch.textP(power::cause());
  port::scratch.textP(PSTR(" " CAPABILITIES));
  port::scratch.seal();
  port::send(port::scratch);
}

/* ---- lines ---- */

/** A body whose checksum holds. */
static void handle(char *body) {
  if (body[0] == 'H' && !body[1]) return sendHello();
  Words words = {body};
  const char *letter = words.next();
  uint16_t sender, sequence;
  if (!letter || letter[1] || !readNonce(words.next(), sender) || !readNumber(words.next(), sequence)) {
    return port::count(port::counters.malformed);
  }
  if (sender != nonce) {
    port::count(refused);
    return sendRefusal(port::scratch, sequence, micros(), stale);
  }
  lastCommand = power::now;
  awake = true;
  const Answer *known = answered(sequence);
  if (known) return repeat(*known, letter[0], words);
  /* Something newer has been carried out: to do this now would turn time back. */
  if ((int16_t)(sequence - lastSequence) <= 0) {
    port::count(refused);
    return sendRefusal(port::scratch, sequence, micros(), oldSequence);
  }
  lastSequence = sequence;
  remember(sequence);
  carryOutAndAnswer(letter[0], words, sequence);
}

static char incoming[128];
static uint8_t incomingLength;
static bool skipping;
static bool spoiled;

/** A body, a star that is the only one, and four digits. */
static bool looksLikeALine(const char *text, uint8_t length) {
  if (length < 6 || text[length - 5] != '*' || memchr(text, '*', length - 5)) return false;
  for (uint8_t index = length - 4; index < length; index += 1) {
    if (readDigit(text[index]) < 0) return false;
  }
  return true;
}

/** A whole line without its LF. */
static void examine() {
  uint8_t length = incomingLength;
  if (spoiled || !looksLikeALine(incoming, length)) return port::count(port::counters.malformed);
  if (!port::checksumHolds(incoming, length)) return port::count(port::counters.checksum);
  incoming[length] = 0;
  handle(incoming);
}

void readLine() {
  uint8_t byte;
  /* An answer must find room; until then the controller's bytes wait in their buffer. */
  while (port::room() >= longestLine && port::takeByte(byte)) {
    if (byte != '\n') {
      if (byte < 0x20 || byte > 0x7E) spoiled = true;
      if (incomingLength < longestLine - 1) {
        incoming[incomingLength++] = byte;
      } else {
        skipping = true;
      }
      continue;
    }
    const bool empty = incomingLength == 0;
    if (skipping) {
      port::count(port::counters.tooLong);
    } else if (!empty) {
      examine();
    }
    incomingLength = 0;
    skipping = false;
    spoiled = false;
    /* One line a turn: a flood must not keep the heartbeat from being watched. */
    power::wake = true;
    return;
  }
}

void tick() {
  if (awake && (uint16_t)(power::now - lastCommand) >= heartbeatTimeout) {
    awake = false;
    if (pins::anyDriven()) {
      pins::allSafe(false);
      owe(heartbeatName);
    }
  }
}

void carryOn() {
  if (port::room() < longestLine) return;
  if (!owedSafe) return store::carryOn();
  port::scratch.begin('S');
  port::scratch.space();
  port::scratch.number(micros());
  port::scratch.space();
  port::scratch.textP(owedSafe);
  owedSafe = nullptr;
  port::scratch.seal();
  port::send(port::scratch);
}

void begin() {
  nonce = store::countStart();
  /* Whatever was being said when the board went down must not run into the hello. */
  port::sendByte('\n');
  sendHello();
  if (power::restartedByWatchdog()) owe(watchdogName);
}

}  // namespace commands
