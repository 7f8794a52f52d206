/* A page cut into pieces, and put together again: filling.py says the same in pure Python. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>
#include <string.h>

#include "_filling.h"

/* Pieces: what stands between the slots, and the slots */

typedef struct {
    PyObject *data, *found, *pieces;
    Py_ssize_t base, given, until;
} cutting;

/* Give the page's bytes up to a place. */
static int give_bytes(cutting *here, Py_ssize_t until) {
    Py_ssize_t from = here->given - here->base, to = until - here->base;
    if (from < 0 || to < from || to > PyBytes_GET_SIZE(here->data)) {
        PyErr_SetString(PyExc_ValueError, "a piece outside of the data");
        return -1;
    }
    if (from == to) {
        return 0;
    }
    bool is_whole = from == 0 && to == PyBytes_GET_SIZE(here->data);
    PyObject *piece = is_whole
                          ? Py_NewRef(here->data)
                          : PyBytes_FromStringAndSize(PyBytes_AS_STRING(here->data) + from, to - from);
    if (piece == NULL) {
        return -1;
    }
    int failed = PyList_Append(here->pieces, piece);
    Py_DECREF(piece);
    here->given = until;
    return failed;
}

static bool is_slot(PyObject *piece) {
    return PyTuple_Check(piece) && PyTuple_GET_SIZE(piece) == SLOT_FIELDS
           && PyBytes_Check(PyTuple_GET_ITEM(piece, SLOT_RAW));
}

/* Give a slot, and what stands before it. 1: it may still change; -1: failed. */
static int give_slot(cutting *here, PyObject *slot) {
    if (!is_slot(slot)) {
        PyErr_SetString(PyExc_TypeError, "what is found must be slots");
        return -1;
    }
    Py_ssize_t start = PyLong_AsSsize_t(PyTuple_GET_ITEM(slot, SLOT_OFFSET));
    if (start == -1 && PyErr_Occurred()) {
        return -1;
    }
    Py_ssize_t size = PyBytes_GET_SIZE(PyTuple_GET_ITEM(slot, SLOT_RAW));
    if (start > here->until || size > here->until - start) {
        return 1;
    }
    if (start > here->given && give_bytes(here, start) < 0) {
        return -1;
    }
    here->given = start + size;
    return PyList_Append(here->pieces, slot);
}

static int give_all(cutting *here) {
    Py_ssize_t taken = 0;
    int stop = 0;
    while (stop == 0 && taken < PyList_GET_SIZE(here->found)) {
        stop = give_slot(here, PyList_GET_ITEM(here->found, taken));
        taken += stop == 0;
    }
    if (stop < 0 || (taken > 0 && PyList_SetSlice(here->found, 0, taken, NULL) < 0)) {
        return -1;
    }
    return here->until > here->given ? give_bytes(here, here->until) : 0;
}

PyDoc_STRVAR(pieces_doc,
"pieces(page, base, given, until, found)\n--\n\n"
"Take the slots that end before a place; give them with all between, and how far that goes.");

static PyObject *pieces(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 5 || !PyBytes_CheckExact(args[0]) || !PyList_Check(args[4])) {
        PyErr_SetString(PyExc_TypeError, "pieces takes bytes, three places and a list");
        return NULL;
    }
    cutting here = {args[0], args[4], NULL, PyLong_AsSsize_t(args[1]), PyLong_AsSsize_t(args[2]),
                    PyLong_AsSsize_t(args[3])};
    here.pieces = PyErr_Occurred() ? NULL : PyList_New(0);
    if (here.pieces == NULL) {
        return NULL;
    }
    if (give_all(&here) < 0) {
        Py_DECREF(here.pieces);
        return NULL;
    }
    return Py_BuildValue("Nn", here.pieces, here.given);
}

/* Filling: pieces put together */

typedef struct {
    PyObject *show; /* of the caller: which number a slot shows */
    PyObject *name_show, *name_shown, *name_e164;
} filling;

/* Look up what a pattern has written already. NULL without an error: nothing. */
static PyObject *written_before(const filling *here, PyObject *pattern, PyObject *number) {
    PyObject *shown = PyObject_GetAttr(pattern, here->name_shown);
    PyObject *e164 = shown != NULL ? PyObject_GetAttr(number, here->name_e164) : NULL;
    PyObject *written = NULL;
    if (e164 != NULL && PyDict_Check(shown)) {
        written = Py_XNewRef(PyDict_GetItemWithError(shown, e164));
    }
    Py_XDECREF(shown);
    Py_XDECREF(e164);
    return written;
}

/* Give what stands in a slot's place: its own bytes, or another number. */
static PyObject *fill_slot(const filling *here, PyObject *slot) {
    PyObject *number = PyObject_CallOneArg(here->show, slot);
    if (number == NULL || number == Py_None) {
        Py_XDECREF(number);
        return number == NULL ? NULL : Py_NewRef(PyTuple_GET_ITEM(slot, SLOT_RAW));
    }
    PyObject *pattern = PyTuple_GET_ITEM(slot, SLOT_PATTERN);
    PyObject *written = pattern == Py_None ? NULL : written_before(here, pattern, number);
    if (written == NULL && !PyErr_Occurred()) {
        written = PyObject_CallMethodOneArg(slot, here->name_show, number);
    }
    Py_DECREF(number);
    return written;
}

static PyObject *fill_piece(const filling *here, PyObject *piece) {
    if (PyBytes_Check(piece)) {
        return Py_NewRef(piece);
    }
    PyObject *written = is_slot(piece) ? fill_slot(here, piece) : NULL;
    if (written != NULL && PyBytes_Check(written)) {
        return written;
    }
    Py_XDECREF(written);
    if (!PyErr_Occurred()) {
        PyErr_SetString(PyExc_TypeError, "a page is filled from bytes and slots");
    }
    return NULL;
}

/* Put parts together; all of them are bytes. */
static PyObject *join(PyObject *const *parts, Py_ssize_t count) {
    Py_ssize_t size = 0;
    for (Py_ssize_t at = 0; at < count; at++) {
        if (PyBytes_GET_SIZE(parts[at]) > PY_SSIZE_T_MAX - size) {
            return PyErr_NoMemory();
        }
        size += PyBytes_GET_SIZE(parts[at]);
    }
    PyObject *page = PyBytes_FromStringAndSize(NULL, size);
    char *to = page != NULL ? PyBytes_AS_STRING(page) : NULL;
    for (Py_ssize_t at = 0; at < count && to != NULL; at++) {
        memcpy(to, PyBytes_AS_STRING(parts[at]), (size_t)PyBytes_GET_SIZE(parts[at]));
        to += PyBytes_GET_SIZE(parts[at]);
    }
    return page;
}

/* `pieces`: a tuple, so that nobody changes it meanwhile. */
static PyObject *fill_all(const filling *here, PyObject *pieces) {
    Py_ssize_t count = PyTuple_GET_SIZE(pieces), done = 0;
    PyObject **parts = PyMem_New(PyObject *, count + 1);
    if (parts == NULL) {
        return PyErr_NoMemory();
    }
    while (done < count && (parts[done] = fill_piece(here, PyTuple_GET_ITEM(pieces, done))) != NULL) {
        done++;
    }
    PyObject *page = NULL;
    if (done == count) {
        bool is_one = count == 1 && PyBytes_CheckExact(parts[0]);
        page = is_one ? Py_NewRef(parts[0]) : join(parts, count);
    }
    while (done > 0) {
        Py_DECREF(parts[--done]);
    }
    PyMem_Free(parts);
    return page;
}

PyDoc_STRVAR(fill_doc,
"fill(pieces, show)\n--\n\n"
"Put a page together. `show` names the number of each slot; None keeps what stands there.");

static PyObject *fill(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 2) {
        PyErr_SetString(PyExc_TypeError, "fill takes pieces, and what names their numbers");
        return NULL;
    }
    PyObject *pieces = PySequence_Tuple(args[0]);
    filling here = {args[1], PyUnicode_InternFromString("show"),
                    PyUnicode_InternFromString("shown"), PyUnicode_InternFromString("e164")};
    PyObject *page = NULL;
    if (pieces != NULL && here.name_show != NULL && here.name_shown != NULL && here.name_e164 != NULL) {
        page = fill_all(&here, pieces);
    }
    Py_XDECREF(pieces);
    Py_XDECREF(here.name_show);
    Py_XDECREF(here.name_shown);
    Py_XDECREF(here.name_e164);
    return page;
}

PyMethodDef ct_filling[] = {
    {"pieces", (PyCFunction)(void (*)(void))pieces, METH_FASTCALL, pieces_doc},
    {"fill", (PyCFunction)(void (*)(void))fill, METH_FASTCALL, fill_doc},
    {NULL, NULL, 0, NULL},
};
