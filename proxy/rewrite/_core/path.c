/* What is looked for in the pages of one site. */

#include <stdlib.h>
#include <string.h>

#include "parts.h"

enum { FIRST_ROOM = 256 };

ct_path *ct_path_new(void) {
    ct_path *path = calloc(1, sizeof(ct_path));
    if (path == NULL) {
        return NULL;
    }
    path->starts = calloc(FIRST_ROOM, sizeof(uint64_t));
    path->starts_room = FIRST_ROOM;
    path->depth = CT_DEPTH_MAX;
    if (path->starts == NULL) {
        free(path);
        return NULL;
    }
    return path;
}

static void free_words(ct_words *words) {
    for (size_t at = 0; at < words->count; at++) {
        free(words->words[at].bytes);
    }
    free(words->words);
}

void ct_path_free(ct_path *path) {
    if (path != NULL) {
        free_words(&path->classes);
        free_words(&path->attributes);
        free_words(&path->entities);
        free(path->starts);
        free(path);
    }
}

static bool add_word(ct_words *words, const uint8_t *bytes, size_t size, bool bare) {
    ct_word *more = realloc(words->words, (words->count + 1) * sizeof(ct_word));
    if (more == NULL) {
        return false;
    }
    words->words = more;
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, bytes, size);
    copy[size] = 0;
    words->words[words->count++] = (ct_word){copy, size, bare};
    return true;
}

bool ct_path_add_class(ct_path *path, const uint8_t *token, size_t size) {
    return size == 0 || add_word(&path->classes, token, size, false);
}

bool ct_path_add_attribute(ct_path *path, const uint8_t *name, size_t size) {
    return size == 0 || add_word(&path->attributes, name, size, false);
}

bool ct_path_add_entity(ct_path *path, const uint8_t *name, size_t size, bool bare) {
    return size == 0 || add_word(&path->entities, name, size, bare);
}

void ct_path_add_separator(ct_path *path, uint32_t character) {
    if (character < CT_CHARACTERS) {
        path->separators[character >> 3] |= (uint8_t)(1u << (character & 7));
    }
}

void ct_path_add_lone(ct_path *path, uint8_t byte) { path->lone[byte] = 1; }

void ct_path_set_utf8(ct_path *path, bool utf8) { path->utf8 = utf8; }

/* The first digits of numbers: a set with open addressing, at most half full. */

static size_t place_of(const uint64_t *starts, size_t room, uint64_t digits) {
    size_t at = (size_t)((digits * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (room - 1);
    while (starts[at] != 0 && starts[at] != digits) {
        at = (at + 1) & (room - 1);
    }
    return at;
}

bool ct_path_has_start(const ct_path *path, uint64_t digits) {
    return path->starts[place_of(path->starts, path->starts_room, digits)] == digits;
}

static bool grow(ct_path *path) {
    size_t room = path->starts_room * 2;
    uint64_t *starts = calloc(room, sizeof(uint64_t));
    if (starts == NULL) {
        return false;
    }
    for (size_t at = 0; at < path->starts_room; at++) {
        if (path->starts[at] != 0) {
            starts[place_of(starts, room, path->starts[at])] = path->starts[at];
        }
    }
    free(path->starts);
    path->starts = starts;
    path->starts_room = room;
    return true;
}

bool ct_path_add_number(ct_path *path, const uint8_t *digits, size_t size) {
    uint64_t start = 1;
    for (size_t at = 0; at < size && at < CT_DEPTH_MAX; at++) {
        start = start * 10 + (digits[at] - '0');
        size_t place = place_of(path->starts, path->starts_room, start);
        if (path->starts[place] == 0) {
            path->starts[place] = start;
            path->starts_count++;
            if (path->starts_count * 2 > path->starts_room && !grow(path)) {
                return false;
            }
        }
    }
    return true;
}

static void look_at(ct_path *path, size_t size) { path->name_sizes |= ct_size_bit(size); }

void ct_path_finish(ct_path *path, size_t digits) {
    path->shortest = digits;
    path->depth = digits < CT_DEPTH_MAX ? digits : CT_DEPTH_MAX;
    path->stops['<'] = 1;
    look_at(path, sizeof("class") - 1);
    look_at(path, sizeof("data-calltrack") - 1);
    if (digits > 0) {
        look_at(path, sizeof("href") - 1);
        look_at(path, sizeof("xlink:href") - 1);
        for (size_t at = 0; at < path->attributes.count; at++) {
            look_at(path, path->attributes.words[at].size);
        }
        memset(path->stops + '0', 1, 10);
        path->stops['+'] = path->stops['&'] = 1;
        path->stops[0xEF] = path->utf8;
    }
}
