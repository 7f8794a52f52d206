/* What the files of the extension share. */

#ifndef CALLTRACK_FILLING_H
#define CALLTRACK_FILLING_H

#include <Python.h>

/* Fields of slots.Slot, a named tuple. */
enum { SLOT_RAW, SLOT_OFFSET, SLOT_PLACE, SLOT_NUMBER, SLOT_PLACEHOLDER, SLOT_VESTIGING,
       SLOT_PATTERN, SLOT_ENCODING, SLOT_FIELDS };

/* Pages cut into pieces, and put together again: the module's functions. */
extern PyMethodDef ct_filling[];

#endif
