/* What a byte may be. */

#include "parts.h"

#define SPACE (CT_SPACE | CT_ENDS_NAME | CT_PLAIN_GAP)
#define A4 CT_ALPHA, CT_ALPHA, CT_ALPHA, CT_ALPHA
#define A26 A4, A4, A4, A4, A4, A4, CT_ALPHA, CT_ALPHA
#define D10                                                                                       \
    CT_DIGIT, CT_DIGIT, CT_DIGIT, CT_DIGIT, CT_DIGIT, CT_DIGIT, CT_DIGIT, CT_DIGIT, CT_DIGIT,     \
        CT_DIGIT

const uint8_t ct_kinds[256] = {
    /* 00 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, SPACE, SPACE, 0, SPACE, SPACE, 0, 0,
    /* 10 */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    /* 20 */ SPACE, 0, 0, 0, 0, 0, 0, 0, CT_PLAIN_GAP, CT_PLAIN_GAP, 0, 0, 0, CT_PLAIN_GAP,
    CT_PLAIN_GAP, CT_PLAIN_GAP | CT_ENDS_NAME,
    /* 30 */ D10, 0, 0, 0, CT_EQUALS, CT_ENDS_NAME, 0,
    /* 40 */ 0, A26, 0, 0, 0, 0, 0,
    /* 60 */ 0, A26, 0, 0, 0, 0, 0,
    /* 80 and above: 0 */
};
