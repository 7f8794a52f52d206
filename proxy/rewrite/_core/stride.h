/* Walk over the parts of a page that cannot hold a phone number of ours.
 *
 * This core knows nothing of Python: bytes in, places out. It reads only data[0] to data[size - 1],
 * writes nothing but its answer, and takes time linear in the bytes it walks over.
 *
 * Rule 1: what it walks over holds nothing to decide; all else is left to the caller, who takes it
 * from there and calls again behind it. Stopping too often costs time, never a number.
 * Rule 2: it takes nothing that more bytes could change, unless `last` says that none will come.
 *
 * Units: places are offsets in `data`.
 */

#ifndef CALLTRACK_STRIDE_H
#define CALLTRACK_STRIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is looked for in the pages of one site. Made once, read by all walks. */
typedef struct ct_path ct_path;

/* NULL, or false below: out of memory. */
ct_path *ct_path_new(void);
void ct_path_free(ct_path *path);

/* The digits that a number of ours is written with, one call for each way to write it. */
bool ct_path_add_number(ct_path *path, const uint8_t *digits, size_t size);
/* A class token that makes an element a placeholder. */
bool ct_path_add_class(ct_path *path, const uint8_t *token, size_t size);
/* An attribute, lower case, whose value counts as text. */
bool ct_path_add_attribute(ct_path *path, const uint8_t *name, size_t size);
/* A named character reference, without "&" and ";", that separates digits. `bare`: it may lack ";". */
bool ct_path_add_entity(ct_path *path, const uint8_t *name, size_t size, bool bare);
/* A character, below 0x10000, that separates digits where it is written &#160; or, with `utf8`, raw. */
void ct_path_add_separator(ct_path *path, uint32_t character);
/* A byte above 0x7F that separates digits by itself. */
void ct_path_add_lone(ct_path *path, uint8_t byte);
/* Say whether characters above 0x7F are written in UTF-8. */
void ct_path_set_utf8(ct_path *path, bool utf8);
/* Call it when all numbers are in. `digits`: of the shortest way to write one; 0 where there is none. */
void ct_path_finish(ct_path *path, size_t digits);

/* What a caller may take on the way. */
typedef enum {
    CT_RUN,   /* digits in text, with gaps between them, that may hold a number */
    CT_LINK,  /* the number of a phone link */
    CT_VALUE, /* a run in an attribute that counts as text */
} ct_kind;

typedef enum {
    CT_LEFT,  /* not taken: the walk stops there */
    CT_TAKEN, /* done with: the walk goes on behind it */
    CT_FAILED /* the walk ends at once */
} ct_answer;

/* Offer data[start..end). `calm`: nothing that stands around a run can matter (never so by mistake).
 * `ask`: take nothing yet, say only whether it would be taken. What stands in one tag is asked for
 * first: all of it is taken, or nothing. */
typedef struct {
    ct_kind kind;
    size_t start, end;
    bool calm, ask;
} ct_offer;
typedef ct_answer (*ct_take)(void *context, ct_offer offer);

typedef struct {
    size_t at;    /* all before it is understood */
    size_t floor; /* no run of digits reaches back across this place */
    bool failed;
    bool waits;   /* nothing is to be decided there before more bytes have come */
} ct_place;

/* So many bytes of a drawing are waited for: then the caller is asked. */
enum { CT_WAIT = 1024 };

/* Walk on from a place between elements, outside of any region. */
ct_place ct_walk(const ct_path *path, const uint8_t *data, size_t size, ct_place from, bool last,
                 ct_take take, void *context);

#endif
