/* The walk: text, digits and markup, until something must be decided. */

#include "parts.h"

#if defined(__SSE2__) && defined(__GNUC__)
#include <emmintrin.h>

enum { BLOCK = sizeof(__m128i) };

/* Mark the bytes of a block that may be stops: all that path.c ever makes some. */
static unsigned may_stop(const uint8_t *block) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)block);
    __m128i from_zero = _mm_add_epi8(bytes, _mm_set1_epi8((char)(0x80 - '0'))); /* digits: the lowest */
    __m128i found = _mm_cmplt_epi8(from_zero, _mm_set1_epi8((char)(0x80 + 10)));
    found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('<')));
    found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('+')));
    found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('&')));
    found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)0xEF)));
    return (unsigned)_mm_movemask_epi8(found);
}

/* Walk over whole blocks, and to the first stop in one. */
static size_t skip_blocks(const uint8_t *stops, const uint8_t *data, size_t at, size_t size) {
    while (size - at >= BLOCK) {
        unsigned found = may_stop(data + at);
        if (found == 0) {
            at += BLOCK;
            continue;
        }
        at += (size_t)__builtin_ctz(found);
        if (stops[data[at]]) {
            return at;
        }
        at++;
    }
    return at;
}
#else
static size_t skip_blocks(const uint8_t *stops, const uint8_t *data, size_t at, size_t size) {
    while (size - at >= 4) {
        if (stops[data[at]]) return at;
        if (stops[data[at + 1]]) return at + 1;
        if (stops[data[at + 2]]) return at + 2;
        if (stops[data[at + 3]]) return at + 3;
        at += 4;
    }
    return at;
}
#endif

static size_t skip_text(const ct_path *path, const uint8_t *data, size_t at, size_t size) {
    const uint8_t *stops = path->stops;
    at = skip_blocks(stops, data, at, size);
    while (at < size && !stops[data[at]]) {
        at++;
    }
    return at;
}

typedef struct {
    const ct_path *path;
    ct_bytes bytes;
    ct_place place;
    size_t dull_until; /* digits before this are known to begin no number */
    ct_take take;
    void *context;
} walk;

/* Each of these moves on, or says false: the walk stops at the place. */

static bool offer(walk *here, ct_offer what) {
    ct_answer answer = here->take(here->context, what);
    here->place.failed = answer == CT_FAILED;
    return answer == CT_TAKEN;
}

static bool offer_all(walk *here, ct_tag *tag, bool ask) {
    for (size_t at = 0; at < tag->offers_count; at++) {
        tag->offers[at].ask = ask;
        if (!offer(here, tag->offers[at])) {
            return false;
        }
    }
    return true;
}

static bool pass_markup(walk *here) {
    ct_tag tag;
    ct_read_markup(here->path, here->bytes, here->place.at, &tag);
    if (tag.kind == CT_OFFERS) {
        if (!offer_all(here, &tag, true) || !offer_all(here, &tag, false)) {
            return false;
        }
        here->place.floor = tag.end;
    } else if (tag.kind != CT_PLAIN) {
        here->place.waits = tag.kind == CT_WAITS;
        return false;
    }
    here->place.at = tag.end;
    return true;
}

static bool pass_run(walk *here) {
    size_t at = here->place.at;
    bool is_digit = ct_is(here->bytes.data[at], CT_DIGIT);
    if (is_digit && at < here->dull_until) {
        here->place.at++;
        return true;
    }
    ct_run run = ct_read_run(here->path, here->bytes, at);
    if (run.kind == CT_DULL) {
        here->place.at = run.next;
        here->dull_until = run.dull_until;
        return true;
    }
    here->place.at = run.next;
    if (run.kind == CT_HARD
        || (is_digit && ct_may_follow_digits(here->bytes, here->place.floor, at))) {
        return false;
    }
    bool calm = ct_is_calm(here->bytes, run.start, run.end);
    if (!offer(here, (ct_offer){CT_RUN, run.start, run.end, calm, false})) {
        return false;
    }
    here->place.at = run.end;
    return true;
}

static bool pass_sign(walk *here) {
    size_t next = ct_dull_sign(here->path, here->bytes, here->place.at);
    if (next != 0) {
        here->place.at = next;
    }
    return next != 0;
}

static bool pass_one(walk *here) {
    uint8_t first = here->bytes.data[here->place.at];
    if (first == '<') {
        return pass_markup(here);
    }
    return ct_is(first, CT_DIGIT) || first == '+' ? pass_run(here) : pass_sign(here);
}

ct_place ct_walk(const ct_path *path, const uint8_t *data, size_t size, ct_place from, bool last,
                 ct_take take, void *context) {
    walk here = {path, {data, size, last, false}, from, 0, take, context};
    here.place.waits = false;
    do {
        here.place.at = skip_text(path, data, here.place.at, size);
    } while (here.place.at < size && pass_one(&here));
    return here.place;
}
