/* Look for pages that make the rewriter's C core read outside of them, stand still, or answer by where a page was cut.
 *
 * An input: a byte that chooses the table, one with what the caller is like, two that say where the page is cut; the
 * rest is the page. AddressSanitizer sees any byte read outside of it: it stands in memory of exactly its size.
 *
 * What must hold at every place where a walk begins:
 * 1. it ends at or behind its beginning, within the page;
 * 2. what it offers lies within the page, in order, and holds a digit; in a tag it asks for all before one is taken;
 * 3. it stops within an offer that is refused, and offers nothing more;
 * 4. of the page cut short and then whole it takes the same as of the whole page, as far as both walks went: a walk
 *    may stop too often, and takes nothing that more bytes could change.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stride.h"
#include "tables.h" /* TABLES, made by tests/fuzz/core.py: a text for each, a line for each call */

enum { HEAD = 4, WALKS_MAX = 400, OFFERS_MAX = 4096 };
enum { TAKES_ALL = 0, LEAVES_ALL = 1, TAKES_SOME = 2, FAILS_SOME = 3, ANSWERS = 3, STEPS_BY_BYTE = 4 };
enum { TABLE_COUNT = sizeof TABLES / sizeof *TABLES };

static ct_path *paths[TABLE_COUNT];

#define HOLDS(condition) ((condition) ? (void)0 : broken(#condition, __LINE__))

static void broken(const char *condition, int line) {
    fprintf(stderr, "broken in line %d: %s\n", line, condition);
    abort();
}

typedef struct {
    const uint8_t *data;
    size_t size;
    int answers;
    bool is_over; /* an offer was not taken */
    bool failed;
    size_t left;        /* where the refused offer ends */
    size_t asked_until; /* all in tags up to here was asked for */
    size_t count;
    ct_offer taken[OFFERS_MAX];
} caller;

static caller whole, cut;

/* The answer depends on what is offered alone, so it is the same however the page is cut. */
static ct_answer answer(const caller *asked, const uint8_t *bytes, size_t size) {
    unsigned sum = 0;
    for (size_t at = 0; at < size; at++) {
        sum = sum * 31 + bytes[at];
    }
    sum ^= sum >> 7;
    switch (asked->answers) {
    case TAKES_ALL: return CT_TAKEN;
    case LEAVES_ALL: return CT_LEFT;
    case TAKES_SOME: return sum & 1 ? CT_TAKEN : CT_LEFT;
    default: return sum % 8 == 0 ? CT_FAILED : sum & 1 ? CT_TAKEN : CT_LEFT;
    }
}

static bool has_digit(const uint8_t *bytes, size_t size) {
    size_t at = 0;
    while (at < size && (bytes[at] < '0' || bytes[at] > '9')) {
        at++;
    }
    return at < size;
}

static ct_answer take(void *context, ct_offer what) {
    caller *asked = context;
    size_t done = asked->count == 0 ? 0 : asked->taken[asked->count - 1].end;
    HOLDS(!asked->is_over);
    HOLDS(what.start < what.end && what.end <= asked->size);
    HOLDS(what.start >= (what.ask && asked->asked_until > done ? asked->asked_until : done));
    HOLDS(what.kind == CT_RUN ? !what.ask : what.ask || what.end <= asked->asked_until);
    HOLDS(has_digit(asked->data + what.start, what.end - what.start));
    HOLDS(asked->count < OFFERS_MAX);
    ct_answer given = answer(asked, asked->data + what.start, what.end - what.start);
    asked->is_over = given != CT_TAKEN;
    asked->failed = given == CT_FAILED;
    asked->left = what.end;
    asked->asked_until = what.ask ? what.end : asked->asked_until;
    if (given == CT_TAKEN && !what.ask) {
        asked->taken[asked->count++] = what;
    }
    return given;
}

static ct_place walk(caller *asked, const ct_path *path, const uint8_t *data, size_t size, ct_place from, bool last) {
    asked->data = data;
    asked->size = size;
    asked->is_over = asked->failed = false;
    asked->asked_until = 0;
    ct_place place = ct_walk(path, data, size, from, last, take, asked);
    HOLDS(place.at >= from.at && place.at <= size);
    HOLDS(place.floor >= from.floor && place.floor <= place.at);
    HOLDS(place.failed == asked->failed);
    HOLDS(!place.waits || (!last && place.at < size && size - place.at <= CT_WAIT));
    HOLDS(!asked->is_over || place.failed || place.at < asked->left);
    return place;
}

static size_t taken_before(const caller *asked, size_t place) {
    size_t count = asked->count;
    while (count > 0 && asked->taken[count - 1].end > place) {
        count--;
    }
    return count;
}

static bool same_taken(size_t place) {
    size_t count = taken_before(&whole, place);
    for (size_t at = 0; at < count; at++) {
        const ct_offer *a = whole.taken + at, *b = cut.taken + at;
        if (a->kind != b->kind || a->start != b->start || a->end != b->end || a->calm != b->calm) {
            return false;
        }
    }
    return count == taken_before(&cut, place);
}

/* Walk over the page cut short and then over all of it, and compare with the one walk before. */
static void compare(const ct_path *path, const uint8_t *data, size_t size, const uint8_t *begun, size_t begun_size,
                    ct_place from, ct_place end) {
    cut.count = 0;
    ct_place place = walk(&cut, path, begun, begun_size, from, false);
    if (!cut.is_over) {
        place = walk(&cut, path, data, size, place, true);
    }
    HOLDS(same_taken(place.at < end.at ? place.at : end.at));
    HOLDS(place.at != end.at || place.floor == end.floor);
}

/* Step over what the walk left to its caller: a tag, or whatever begins there. */
static size_t behind(const uint8_t *data, size_t size, size_t at, bool by_byte) {
    const uint8_t *end = data[at] == '<' && !by_byte ? memchr(data + at, '>', size - at) : NULL;
    return end != NULL ? (size_t)(end - data) + 1 : at + 1;
}

static void walk_over(const ct_path *path, const uint8_t *data, size_t size, const uint8_t *begun, size_t begun_size,
                      int options) {
    ct_place from = {0, 0, false, false};
    whole.answers = cut.answers = options & ANSWERS;
    for (int walks = 0; walks < WALKS_MAX && from.at < size; walks++) {
        whole.count = 0;
        ct_place end = walk(&whole, path, data, size, from, true);
        if (from.at < begun_size) {
            compare(path, data, size, begun, begun_size, from, end);
        }
        if (end.failed || end.at == size) {
            return;
        }
        from.at = behind(data, size, end.at, (options & STEPS_BY_BYTE) != 0);
        from.floor = data[end.at] == '<' ? from.at : end.floor;
    }
}

/* Copy bytes into memory of just their size. */
static uint8_t *copy_of(const uint8_t *bytes, size_t size) {
    uint8_t *copy = malloc(size);
    if (copy != NULL && size > 0) {
        memcpy(copy, bytes, size);
    }
    return copy;
}

/* Make the table that a text describes. */
static ct_path *read_table(const char *text) {
    ct_path *path = ct_path_new();
    bool good = path != NULL;
    while (good && *text != '\0') {
        const char *value = text + 2;
        size_t size = strcspn(value, "\n");
        const uint8_t *bytes = (const uint8_t *)value;
        switch (*text) {
        case 'n': good = ct_path_add_number(path, bytes, size); break;
        case 'c': good = ct_path_add_class(path, bytes, size); break;
        case 'a': good = ct_path_add_attribute(path, bytes, size); break;
        case 'e': good = ct_path_add_entity(path, bytes, size, false); break;
        case 'E': good = ct_path_add_entity(path, bytes, size, true); break;
        case 's': ct_path_add_separator(path, (uint32_t)atoi(value)); break;
        case 'l': ct_path_add_lone(path, (uint8_t)atoi(value)); break;
        case 'u': ct_path_set_utf8(path, atoi(value) != 0); break;
        case 'f': ct_path_finish(path, (size_t)atoi(value)); break;
        default: good = false;
        }
        text = value + size + 1;
    }
    return good ? path : NULL;
}

int LLVMFuzzerInitialize(int *count, char ***words) {
    (void)count, (void)words;
    for (size_t at = 0; at < TABLE_COUNT; at++) {
        paths[at] = read_table(TABLES[at]);
        HOLDS(paths[at] != NULL);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size) {
    if (size < HEAD) {
        return 0;
    }
    size_t page_size = size - HEAD;
    size_t begun_size = page_size == 0 ? 0 : (size_t)(input[2] << 8 | input[3]) % (page_size + 1);
    uint8_t *page = copy_of(input + HEAD, page_size);
    uint8_t *begun = copy_of(input + HEAD, begun_size);
    if (page != NULL && begun != NULL) {
        walk_over(paths[input[0] % TABLE_COUNT], page, page_size, begun, begun_size, input[1]);
    }
    free(page);
    free(begun);
    return 0;
}
