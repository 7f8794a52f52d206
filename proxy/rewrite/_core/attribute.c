/* A start tag's attributes: where they end, and whether one of them matters.
 *
 * Source: WHATWG HTML, 13.2.5.32 "Before attribute name state" to 13.2.5.40; its oddities stand at the
 * head of syntax.py, whose expressions read the same.
 */

#include <string.h>

#include "parts.h"

static inline size_t skip_space(ct_bytes bytes, size_t at) {
    while (at < bytes.size && ct_is(bytes.data[at], CT_SPACE)) {
        at++;
    }
    return at;
}

/* Attributes */

typedef struct {
    size_t name, name_end;
    size_t value, value_end;
    size_t end;
} attribute;

typedef enum { ONE, NONE, CUT } reading;

/* Read the attribute at `at` or behind. NONE: the tag's ">" stands at `end`. CUT: the bytes end first. */
static inline reading read_attribute(ct_bytes bytes, size_t at, attribute *found) {
    const uint8_t *data = bytes.data;
    size_t size = bytes.size;
    while (at < size && ct_is(data[at], CT_ENDS_NAME) && data[at] != '>') {
        at++;
    }
    if (at == size) {
        return CUT;
    }
    if (data[at] == '>') {
        found->end = at;
        return NONE;
    }
    found->name = at++;
    while (at < size && !ct_is(data[at], CT_ENDS_NAME | CT_EQUALS)) {
        at++;
    }
    found->name_end = found->value = found->value_end = found->end = at;
    at = skip_space(bytes, at);
    if (at == size) {
        return CUT;
    }
    if (data[at] != '=') {
        return ONE;
    }
    at = skip_space(bytes, at + 1);
    if (at == size) {
        return CUT;
    }
    if (data[at] == '"' || data[at] == '\'') {
        size_t end = ct_find(bytes, at + 1, data[at]);
        if (end == size) {
            return CUT;
        }
        found->value = at + 1;
        found->value_end = end;
        found->end = end + 1;
        return ONE;
    }
    found->value = at;
    while (at < size && !ct_is(data[at], CT_SPACE) && data[at] != '>') {
        at++;
    }
    found->value_end = found->end = at;
    return ONE;
}

/* Give the place behind a tag's ">", from where its attributes begin; 0 where the bytes end first. */
size_t ct_tag_end(ct_bytes bytes, size_t at) {
    attribute found = {0};
    if (at < bytes.size && bytes.data[at] == '>') {
        return at + 1;
    }
    for (;;) {
        reading got = read_attribute(bytes, at, &found);
        if (got != ONE) {
            return got == NONE ? found.end + 1 : 0;
        }
        at = found.end;
    }
}

size_t ct_name_end(ct_bytes bytes, size_t at) {
    while (at < bytes.size && !ct_is(bytes.data[at], CT_ENDS_NAME)) {
        at++;
    }
    return at;
}

/* What an attribute says */

/* Whether one of the classes may be among the tokens; "&" may stand for any letter. */
static bool may_be_marked(const ct_path *path, const uint8_t *value, size_t size) {
    if (path->classes.count == 0) {
        return false;
    }
    if (memchr(value, '&', size) != NULL) {
        return true;
    }
    size_t at = 0;
    while (at < size) {
        while (at < size && ct_is(value[at], CT_SPACE)) {
            at++;
        }
        size_t start = at;
        while (at < size && !ct_is(value[at], CT_SPACE)) {
            at++;
        }
        for (size_t i = 0; i < path->classes.count; i++) {
            const ct_word *word = &path->classes.words[i];
            if (word->size == at - start && memcmp(word->bytes, value + start, word->size) == 0) {
                return true;
            }
        }
    }
    return false;
}

typedef enum { HOLDS_NONE, MAY_HOLD, IS_HARD } reading_of_value;

/* Say whether a value that counts as text may hold a number of ours. */
static reading_of_value read_value(const ct_path *path, const uint8_t *value, size_t size) {
    size_t digits = 0;
    for (size_t at = 0; at < size; at++) {
        digits += ct_is(value[at], CT_DIGIT);
        if ((value[at] == '&' && at + 1 < size && value[at + 1] == '#')
            || (value[at] == 0xEF && path->utf8)) {
            return IS_HARD;
        }
    }
    return digits < path->shortest ? HOLDS_NONE : MAY_HOLD;
}

enum { SEPARATORS_MAX = 5, LINK_DIGITS_MAX = 40, LINK_BYTES_MAX = 64 };

typedef enum { NO_PHONE, PHONE, DIALS } link_kind;

/* Whether a value may begin with a scheme: line breaks may stand in it, and "&" for any letter. */
static bool may_begin(const uint8_t *value, size_t size, const char *scheme) {
    for (size_t at = 0; *scheme != 0; at++) {
        if (at == size) {
            return false;
        }
        if (value[at] == '&') {
            return true;
        }
        if (value[at] != '\t' && value[at] != '\n' && value[at] != '\r') {
            if (ct_lower(value[at]) != (uint8_t)*scheme++) {
                return false;
            }
        }
    }
    return true;
}

/* Whether a number is written with nothing but "+", digits, and gaps that are plain and short. */
static bool is_plain_number(const uint8_t *text, size_t size) {
    size_t digits = 0, gap = 0;
    for (size_t at = size > 0 && text[0] == '+'; at < size; at++) {
        if (ct_is(text[at], CT_DIGIT)) {
            digits++;
            gap = 0;
        } else if (digits == 0 || !ct_is(text[at], CT_PLAIN_GAP) || ++gap > SEPARATORS_MAX) {
            return false;
        }
    }
    return digits > 0 && digits <= LINK_DIGITS_MAX && gap == 0 && size <= LINK_BYTES_MAX;
}

/* Say whether a link dials. DIALS: what it dials, from `start` on, is written plainly. */
static link_kind read_link(const uint8_t *value, size_t size, size_t *start) {
    size_t at = 0;
    while (at < size && value[at] <= ' ' && value[at] != 0) {
        at++;
    }
    if (!may_begin(value + at, size - at, "tel:") && !may_begin(value + at, size - at, "callto:")) {
        return NO_PHONE;
    }
    if (size - at < 4 || !CT_SAME(value + at, (size_t)4, "tel:")) {
        return PHONE;
    }
    at += 4;
    if (size - at > 2 && value[at] == '/' && value[at + 1] == '/') {
        at += 2;
    }
    *start = at;
    return is_plain_number(value + at, size - at) ? DIALS : PHONE;
}

enum { NOT_LOOKED_AT = 0, HREF = 1, XLINK_HREF = 2, FIRST_TEXT = 4 };

/* Give the bit of an attribute that may hold a number: a link, or one that counts as text. */
static uint32_t bit_of(const ct_path *path, const uint8_t *name, size_t size) {
    if (CT_SAME(name, size, "href")) {
        return HREF;
    }
    if (CT_SAME(name, size, "xlink:href")) {
        return XLINK_HREF;
    }
    for (size_t i = 0; i < path->attributes.count; i++) {
        const ct_word *word = &path->attributes.words[i];
        if (word->size == size && ct_same_bytes(name, word->bytes, size)) {
            return (uint32_t)FIRST_TEXT << (i < 28 ? i : 28);
        }
    }
    return NOT_LOOKED_AT;
}

static bool add_offer(ct_tag *tag, ct_kind kind, size_t start, size_t end, bool calm) {
    if (tag->offers_count == CT_OFFERS_MAX) {
        return false;
    }
    tag->kind = CT_OFFERS;
    tag->offers[tag->offers_count++] = (ct_offer){kind, start, end, calm, true};
    return true;
}

/* Offer the runs of a value that may hold a number of ours. False: one is hard to read. */
static bool offer_value(const ct_path *path, const uint8_t *data, const attribute *one, ct_tag *tag) {
    ct_bytes value = {data + one->value, one->value_end - one->value, true, true};
    tag->kind = CT_OFFERS;
    for (size_t at = 0; at < value.size;) {
        if (!ct_is(value.data[at], CT_DIGIT) && value.data[at] != '+') {
            if (value.data[at] == '&' && ct_dull_sign(path, value, at) == 0) {
                return false;
            }
            at++;
            continue;
        }
        ct_run run = ct_read_run(path, value, at);
        if (run.kind == CT_HARD) {
            return false;
        }
        at = run.kind == CT_DULL ? run.next : run.end;
        if (run.kind == CT_CLEAR
            && !add_offer(tag, CT_VALUE, one->value + run.start, one->value + run.end,
                          ct_is_calm(value, run.start, run.end))) {
            return false;
        }
    }
    return true;
}

/* Weigh one attribute of a start tag. False: the tag matters, and is hard to read. */
static bool weigh(const ct_path *path, const uint8_t *data, const attribute *one, ct_tag *tag) {
    const uint8_t *name = data + one->name, *value = data + one->value;
    size_t length = one->name_end - one->name, size = one->value_end - one->value;
    if ((path->name_sizes & ct_size_bit(length)) == 0) {
        return true;
    }
    if (CT_SAME(name, length, "class") && may_be_marked(path, value, size)) {
        return false;
    }
    if (CT_SAME(name, length, "data-calltrack")) {
        return false;
    }
    uint32_t bit = path->shortest == 0 ? NOT_LOOKED_AT : bit_of(path, name, length);
    if (bit == NOT_LOOKED_AT || (tag->seen & bit) != 0) {
        return bit == NOT_LOOKED_AT;
    }
    tag->seen |= bit;
    if (bit == HREF || bit == XLINK_HREF) {
        size_t start = 0;
        link_kind link = read_link(value, size, &start);
        if (link != DIALS) {
            return link == NO_PHONE;
        }
        return add_offer(tag, CT_LINK, one->value + start, one->value_end, true);
    }
    reading_of_value found = read_value(path, value, size);
    return found != MAY_HOLD ? found == HOLDS_NONE : offer_value(path, data, one, tag);
}

/* The tag */

void ct_read_start_tag(const ct_path *path, ct_bytes bytes, size_t name_stop, ct_tag *tag) {
    attribute found;
    bool is_hard = false;
    ct_begin_tag(tag, CT_PLAIN, 0);
    for (size_t here = name_stop;; here = found.end) {
        reading got = read_attribute(bytes, here, &found);
        if (got == CUT) {
            tag->kind = CT_UNENDED;
            return;
        }
        if (got == NONE) {
            break;
        }
        is_hard = is_hard || !weigh(path, bytes.data, &found, tag);
    }
    tag->end = found.end + 1;
    tag->kind = is_hard ? CT_MATTERS : tag->kind;
}

