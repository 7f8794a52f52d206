/* What the files of the core share. */

#ifndef CALLTRACK_PARTS_H
#define CALLTRACK_PARTS_H

#include <string.h>

#include "stride.h"

/* The bytes at hand. `last`: no more will come. */
typedef struct {
    const uint8_t *data;
    size_t size;
    bool last;
    bool is_value; /* of an attribute: no tags in it */
} ct_bytes;

/* A short text of the site's own. */
typedef struct {
    uint8_t *bytes;
    size_t size;
    bool bare;
} ct_word;

typedef struct {
    ct_word *words;
    size_t count;
} ct_words;

enum { CT_DEPTH_MAX = 12, CT_CHARACTERS = 0x10000 };

struct ct_path {
    uint64_t *starts; /* the first 1, 2, … `depth` digits of each number, as decimals behind a 1 */
    size_t starts_room;
    size_t starts_count;
    size_t depth;
    size_t shortest;
    ct_words classes;
    ct_words attributes;
    ct_words entities;
    uint8_t separators[CT_CHARACTERS / 8];
    uint8_t lone[256];
    uint8_t stops[256];        /* bytes in text at which something may begin */
    uint64_t name_sizes; /* a bit for each length of an attribute's name that is looked at */
    bool utf8;
};

/* The bit of a length; all long ones share the last. */
static inline uint64_t ct_size_bit(size_t size) { return UINT64_C(1) << (size < 63 ? size : 63); }

/* kinds.c: what a byte may be */

enum {
    CT_SPACE = 1,    /* HTML's white space */
    CT_DIGIT = 2,
    CT_ALPHA = 4,
    CT_ENDS_NAME = 8, /* white space, "/" and ">" */
    CT_PLAIN_GAP = 16, /* - . / ( ) and blanks */
    CT_EQUALS = 32
};
extern const uint8_t ct_kinds[256];

static inline bool ct_is(uint8_t byte, int kind) { return (ct_kinds[byte] & kind) != 0; }
static inline uint8_t ct_lower(uint8_t byte) {
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}
/* Whether bytes are those of a word in lower case, in any case themselves. */
static inline bool ct_same_bytes(const uint8_t *bytes, const uint8_t *word, size_t size) {
    for (size_t at = 0; at < size; at++) {
        if (ct_lower(bytes[at]) != word[at]) {
            return false;
        }
    }
    return true;
}
#define CT_SAME(bytes, size, word)                                                                \
    ((size) == sizeof(word) - 1 && ct_same_bytes(bytes, (const uint8_t *)(word), sizeof(word) - 1))

/* Names of elements or attributes, each with its length before it. */
typedef struct {
    uint8_t size;
    char bytes[11];
} ct_name;
#define CT_NAME(word) {sizeof(word) - 1, word}
static inline bool ct_is_one_of(const ct_name *names, size_t count, const uint8_t *name, size_t size) {
    for (size_t at = 0; at < count; at++) {
        if (names[at].size == size && ct_same_bytes(name, (const uint8_t *)names[at].bytes, size)) {
            return true;
        }
    }
    return false;
}

/* path.c */

bool ct_path_has_start(const ct_path *path, uint64_t digits);
static inline bool ct_path_separates(const ct_path *path, uint32_t character) {
    return character < CT_CHARACTERS
           && (path->separators[character >> 3] & (1u << (character & 7))) != 0;
}

static inline size_t ct_find(ct_bytes bytes, size_t at, uint8_t byte) {
    const uint8_t *found = at < bytes.size ? memchr(bytes.data + at, byte, bytes.size - at) : NULL;
    return found == NULL ? bytes.size : (size_t)(found - bytes.data);
}

/* attribute.c: start tags */

typedef enum {
    CT_PLAIN,   /* the text goes on behind it */
    CT_UNENDED, /* more bytes are needed */
    CT_WAITS,   /* the same, and nothing is to be decided before */
    CT_MATTERS, /* to be looked at by the caller */
    CT_OFFERS,  /* numbers in attributes, and nothing else that matters */
} ct_tag_kind;

enum { CT_OFFERS_MAX = 4 };

typedef struct {
    ct_tag_kind kind;
    size_t end; /* behind the tag, or the element for those whose content is no markup */
    uint32_t seen; /* the attributes that were weighed, a bit each: only the first of a name counts */
    size_t offers_count;
    ct_offer offers[CT_OFFERS_MAX];
} ct_tag;

/* A tag's record is big, and written only as far as it is needed: it is read for every tag. */
static inline void ct_begin_tag(ct_tag *tag, ct_tag_kind kind, size_t end) {
    tag->kind = kind;
    tag->end = end;
    tag->seen = 0;
    tag->offers_count = 0;
}

/* Give the place behind a name that begins at `at`; bytes.size where it may go on. */
size_t ct_name_end(ct_bytes bytes, size_t at);
/* Give the place behind a tag's ">", from behind its name; 0 where the bytes end first. */
size_t ct_tag_end(ct_bytes bytes, size_t at);
/* Read a start tag from behind its name. */
void ct_read_start_tag(const ct_path *path, ct_bytes bytes, size_t name_stop, ct_tag *tag);

/* markup.c */

/* Read what begins with the "<" at `at`. */
void ct_read_markup(const ct_path *path, ct_bytes bytes, size_t at, ct_tag *tag);
/* Give the end of the tag of an inline element at `at`; 0 for anything else. `begun`: it may become one. */
size_t ct_inline_tag(ct_bytes bytes, size_t at, bool *begun);
bool ct_is_inline_name(const uint8_t *name, size_t size);

/* gap.c */

/* Give the end of what may stand between two digits. `first_tag`: lowered to the first tag in it. */
size_t ct_gap_end(const ct_path *path, ct_bytes bytes, size_t at, size_t *first_tag);
/* What stands behind a gap: a digit, one that is hard to read, perhaps one, or none. */
typedef enum { CT_GOES_ON, CT_HARD_SIGN, CT_MAY_GO_ON, CT_OVER } ct_after_gap;
ct_after_gap ct_look_behind_gap(const ct_path *path, ct_bytes bytes, size_t at);
/* Give the end of what begins with "&" or a byte above 0x7F and is no digit and no "+"; 0: look closer. */
size_t ct_dull_sign(const ct_path *path, ct_bytes bytes, size_t at);

/* run.c */

typedef enum {
    CT_DULL,  /* holds no number of ours; go on at `next` */
    CT_CLEAR, /* may hold one, and nothing in it is hard to read: start..end */
    CT_HARD,  /* to be looked at by the caller, from `next` on */
} ct_run_kind;

typedef struct {
    ct_run_kind kind;
    size_t start, end;
    size_t next;
    size_t dull_until; /* digits before this are known to begin no number */
} ct_run;

/* Read the run that begins with the digit or "+" at `at`. */
ct_run ct_read_run(const ct_path *path, ct_bytes bytes, size_t at);

/* around.c */

/* Whether nothing that stands around a run can matter. A no is not sure. */
bool ct_is_calm(ct_bytes bytes, size_t start, size_t end);
/* Whether digits, and behind them a gap, may stand before `at`. A no is sure. */
bool ct_may_follow_digits(ct_bytes bytes, size_t floor, size_t at);

#endif
