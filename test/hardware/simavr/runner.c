/*
 * An Arduino on simavr, at its real speed, with its serial line on a pseudo-terminal.
 *
 *   runner MCU FIRMWARE.hex [BAUD]
 *
 * A hex that does not begin at 0 is a bootloader: the chip starts in it. Given its baud rate, the chip is reset when
 * bytes come after half a second of silence, as the DTR line of a real port would do (a pseudo-terminal has none).
 *
 * Standard output tells what happens, a line each; CYCLE is the chip's own clock:
 *   pty PATH                      the serial line, first of all
 *   pin CYCLE B1 out|in high|low  a pin's driver changed (with `in`, high is the pull-up)
 *   heard CYCLE                   a whole line (its LF) has been handed to the chip
 *   said CYCLE TEXT               a whole line that the chip has sent
 *   reset CYCLE
 *   peek ADDRESS VALUE, eeprom ADDRESS VALUE, cycles CYCLE SLEPT: answers
 *   end STATE                     the chip has stopped for good
 * Standard input is told what to do:
 *   adc CHANNEL MILLIVOLTS, pin B1 0|1, reset, peek ADDRESS, eeprom ADDRESS [VALUE], cycles, quit,
 *   dtr 0|1 (whether silence resets)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <simavr/avr_adc.h>
#include <simavr/avr_eeprom.h>
#include <simavr/avr_ioport.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>

static const uint32_t frequency = 16000000;
static const uint64_t slice = 16000; /* 1 ms */
static uint64_t byteTime = frequency / 11520;

static avr_t *avr;
static avr_irq_t *uart;
static int line;
static int dtr;
static uint64_t slept;

static uint8_t toChip[65536];
static uint16_t toChipHead, toChipTail;
static uint64_t nextByteAt;

static char saying[256];
static size_t sayingLength;

struct port {
  char name;
  uint8_t direction, output;
};
static struct port ports[26];

static void tell(const char *what) {
  fputs(what, stdout);
  fflush(stdout);
}

/** Loads the data records of an Intel HEX file and gives the lowest address, or -1. */
static long loadHex(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) return -1;
  long lowest = -1;
  char record[600];
  while (fgets(record, sizeof record, file)) {
    unsigned length, address, type;
    if (sscanf(record, ":%2x%4x%2x", &length, &address, &type) != 3 || type != 0) continue;
    if (address + length > avr->flashend + 1) return -1;
    for (unsigned index = 0; index < length; index += 1) {
      unsigned byte;
      if (sscanf(record + 9 + 2 * index, "%2x", &byte) != 1) return -1;
      avr->flash[address + index] = byte;
    }
    if (lowest < 0 || address < lowest) lowest = address;
  }
  fclose(file);
  return lowest;
}

static void onSleep(avr_t *chip, avr_cycle_count_t cycles) {
  (void)chip;
  slept += cycles;
}

static void onSaid(avr_irq_t *irq, uint32_t value, void *param) {
  (void)irq;
  (void)param;
  const uint8_t byte = value;
  if (write(line, &byte, 1) < 0 && errno != EAGAIN) exit(1);
  if (byte != '\n') {
    if (sayingLength < sizeof saying - 1) saying[sayingLength++] = byte;
    return;
  }
  saying[sayingLength] = 0;
  if (sayingLength > 0) printf("said %llu %s\n", (unsigned long long)avr->cycle, saying);
  fflush(stdout);
  sayingLength = 0;
}

static void tellPins(struct port *port, uint8_t direction, uint8_t output) {
  for (int bit = 0; bit < 8; bit += 1) {
    const uint8_t mask = 1 << bit;
    if (!((port->direction ^ direction) & mask) && !((port->output ^ output) & mask)) continue;
    printf("pin %llu %c%d %s %s\n", (unsigned long long)avr->cycle, port->name, bit, direction & mask ? "out" : "in",
           output & mask ? "high" : "low");
  }
  port->direction = direction;
  port->output = output;
  fflush(stdout);
}

static void onDirection(avr_irq_t *irq, uint32_t value, void *param) {
  (void)irq;
  struct port *port = param;
  tellPins(port, value, port->output);
}

static void onOutput(avr_irq_t *irq, uint32_t value, void *param) {
  (void)irq;
  struct port *port = param;
  tellPins(port, port->direction, value);
}

static void watchPorts(void) {
  for (char name = 'A'; name <= 'L'; name += 1) {
    avr_irq_t *direction = avr_io_getirq(avr, AVR_IOCTL_IOPORT_GETIRQ(name), IOPORT_IRQ_DIRECTION_ALL);
    avr_irq_t *output = avr_io_getirq(avr, AVR_IOCTL_IOPORT_GETIRQ(name), IOPORT_IRQ_REG_PORT);
    if (!direction || !output) continue;
    struct port *port = &ports[name - 'A'];
    port->name = name;
    avr_irq_register_notify(direction, onDirection, port);
    avr_irq_register_notify(output, onOutput, port);
  }
}

static int openLine(void) {
  const int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  if (master < 0 || grantpt(master) || unlockpt(master)) return -1;
  const char *path = ptsname(master);
  /* Held open, so that the line lives on when whoever uses it goes. */
  const int slave = open(path, O_RDWR | O_NOCTTY);
  struct termios raw;
  if (slave < 0 || tcgetattr(slave, &raw)) return -1;
  cfmakeraw(&raw);
  tcsetattr(slave, TCSANOW, &raw);
  printf("pty %s\n", path);
  fflush(stdout);
  return master;
}

static void reset(void);

/** What the opening of a real port does. */
static void pullDtr(void) {
  static uint64_t heardAt;
  if (dtr && (heardAt == 0 || avr->cycle - heardAt > frequency / 2)) {
    reset();
    nextByteAt = avr->cycle + frequency * 2 / 5;
  }
  heardAt = avr->cycle;
}

static void hearLine(void) {
  uint8_t bytes[512];
  const ssize_t count = read(line, bytes, sizeof bytes);
  if (count > 0) pullDtr();
  for (ssize_t index = 0; index < count; index += 1) toChip[toChipHead++] = bytes[index];
}

static void feedChip(void) {
  if (toChipHead == toChipTail || avr->cycle < nextByteAt) return;
  const uint8_t byte = toChip[toChipTail++];
  nextByteAt = avr->cycle + byteTime;
  avr_raise_irq(uart, byte);
  if (byte != '\n') return;
  printf("heard %llu\n", (unsigned long long)avr->cycle);
  fflush(stdout);
}

/** The reset pin: registers and ports begin anew, RAM and EEPROM stay. */
static void reset(void) {
  avr_reset(avr);
  avr->data[0x54] = 2; /* MCUSR: EXTRF */
  for (int index = 0; index < 26; index += 1) {
    if (ports[index].name) tellPins(&ports[index], 0, 0);
  }
  printf("reset %llu\n", (unsigned long long)avr->cycle);
  fflush(stdout);
}

static void eeprom(unsigned address, int value, int writes) {
  uint8_t byte = value;
  avr_eeprom_desc_t cell = {.ee = &byte, .offset = address, .size = 1};
  avr_ioctl(avr, writes ? AVR_IOCTL_EEPROM_SET : AVR_IOCTL_EEPROM_GET, &cell);
  printf("eeprom %u %u\n", address, byte);
  fflush(stdout);
}

/** False when it is time to go. */
static int obey(char *command) {
  unsigned first, second;
  char port;
  if (sscanf(command, "adc %u %u", &first, &second) == 2) {
    avr_raise_irq(avr_io_getirq(avr, AVR_IOCTL_ADC_GETIRQ, ADC_IRQ_ADC0 + first), second);
  } else if (sscanf(command, "pin %c%u %u", &port, &first, &second) == 3) {
    avr_raise_irq(avr_io_getirq(avr, AVR_IOCTL_IOPORT_GETIRQ(port), first), second);
  } else if (!strcmp(command, "reset")) {
    reset();
  } else if (sscanf(command, "peek %u", &first) == 1) {
    printf("peek %u %u\n", first, avr->data[first]);
    fflush(stdout);
  } else if (sscanf(command, "eeprom %u %u", &first, &second) == 2) {
    eeprom(first, second, 1);
  } else if (sscanf(command, "eeprom %u", &first) == 1) {
    eeprom(first, 0, 0);
  } else if (sscanf(command, "dtr %u", &first) == 1) {
    dtr = first;
  } else if (!strcmp(command, "cycles")) {
    printf("cycles %llu %llu\n", (unsigned long long)avr->cycle, (unsigned long long)slept);
    fflush(stdout);
  } else if (!strcmp(command, "quit")) {
    return 0;
  }
  return 1;
}

static int hearCommands(void) {
  static char text[256];
  static size_t length;
  char bytes[256];
  const ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
  if (count == 0) return 0;
  for (ssize_t index = 0; index < count; index += 1) {
    if (bytes[index] != '\n') {
      if (length < sizeof text - 1) text[length++] = bytes[index];
      continue;
    }
    text[length] = 0;
    length = 0;
    if (!obey(text)) return 0;
  }
  return 1;
}

static uint64_t wallNanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + now.tv_nsec;
}

/** Never ahead of the wall clock; behind it on a busy machine, which nothing here minds. */
static void keepPace(void) {
  static uint64_t begin, beginCycle;
  const uint64_t now = wallNanos();
  const uint64_t due = begin + (avr->cycle - beginCycle) * 125 / 2;
  if (begin == 0 || now > due + 50000000) {
    begin = now;
    beginCycle = avr->cycle;
  } else if (due > now) {
    struct timespec pause = {.tv_sec = 0, .tv_nsec = due - now};
    nanosleep(&pause, NULL);
  }
}

int main(int count, char **words) {
  if (count < 3) return 2;
  if (count > 3) {
    dtr = 1;
    byteTime = frequency * 10ull / strtoul(words[3], NULL, 10);
  }
  avr = avr_make_mcu_by_name(words[1]);
  if (!avr) return 2;
  avr_init(avr);
  avr->frequency = frequency;
  avr->vcc = avr->avcc = avr->aref = 5000;
  avr->log = LOG_NONE;
  avr->sleep = onSleep;
  avr->codeend = avr->flashend;
  const long start = loadHex(words[2]);
  if (start < 0) return 2;
  avr->reset_pc = avr->pc = start;
  avr->data[0x54] = 1; /* MCUSR: PORF */

  uint32_t flags = 0;
  avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
  uart = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
  avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), onSaid, NULL);
  watchPorts();
  line = openLine();
  if (line < 0) return 1;
  fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);

  for (;;) {
    const uint64_t end = avr->cycle + slice;
    while (avr->cycle < end) {
      feedChip();
      const int state = avr_run(avr);
      if (state == cpu_Done || state == cpu_Crashed) {
        printf("end %d\n", state);
        tell("");
        return 0;
      }
    }
    struct pollfd sources[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = line, .events = POLLIN}};
    if (poll(sources, 2, 0) > 0) {
      if (sources[0].revents && !hearCommands()) return 0;
      if (sources[1].revents & POLLIN) hearLine();
    }
    keepPace();
  }
}
