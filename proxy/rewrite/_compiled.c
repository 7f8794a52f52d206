/* The compiled stride: binds the core (`_core/stride.h`) to Python. `_filling.c` does the rest.
 *
 * A Path holds what is looked for. Its `walk` appends to a list the slots of numbers whose answer is
 * known already (`finder.py` keeps them by the bytes of their run); all others it leaves to Python.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "_core/stride.h"
#include "_filling.h"

#define INTERFACE 3 /* strides.py loads no other */

typedef struct {
    PyObject_HEAD
    ct_path *path;
    PyTypeObject *slot;
    PyObject *runs, *links;      /* bytes of a run -> tuple of hits */
    PyObject *ask_run, *ask_link; /* the same, called: what nothing is known of yet */
    PyObject *in_text, *in_link, *in_value; /* the places */
    PyObject *encoding;
} Path;

/* Fields of finder.Hit, a named tuple. */
enum { HIT_NUMBER = 1, HIT_PATTERN, HIT_RAW, HIT_START, HIT_END, HIT_IS_FIRST, HIT_FIELDS };

typedef struct {
    Path *self;
    const char *data;
    Py_ssize_t base;
    PyObject *found;
} page;

static void set_item(PyObject *slot, Py_ssize_t field, PyObject *value) {
    PyTuple_SET_ITEM(slot, field, Py_NewRef(value));
}

static int add_slot(const page *here, PyObject *hit, Py_ssize_t start, PyObject *place) {
    Path *self = here->self;
    Py_ssize_t within = PyLong_AsSsize_t(PyTuple_GET_ITEM(hit, HIT_START));
    if (within == -1 && PyErr_Occurred()) {
        return -1;
    }
    PyObject *offset = PyLong_FromSsize_t(here->base + start + within);
    if (offset == NULL) {
        return -1;
    }
    PyObject *slot = self->slot->tp_alloc(self->slot, SLOT_FIELDS);
    if (slot == NULL) {
        Py_DECREF(offset);
        return -1;
    }
    set_item(slot, SLOT_RAW, PyTuple_GET_ITEM(hit, HIT_RAW));
    PyTuple_SET_ITEM(slot, SLOT_OFFSET, offset);
    set_item(slot, SLOT_PLACE, place);
    set_item(slot, SLOT_NUMBER, PyTuple_GET_ITEM(hit, HIT_NUMBER));
    set_item(slot, SLOT_PLACEHOLDER, Py_None);
    set_item(slot, SLOT_VESTIGING, Py_None);
    set_item(slot, SLOT_PATTERN, PyTuple_GET_ITEM(hit, HIT_PATTERN));
    set_item(slot, SLOT_ENCODING, self->encoding);
    int failed = PyList_Append(here->found, slot);
    Py_DECREF(slot);
    return failed;
}

/* Give the hits in these bytes, known or asked for; None where they are to be looked at closer. A
 * reference of our own: while slots are made a collection may run, and another thread empty what is
 * kept. */
static PyObject *hits_in(PyObject *kept, PyObject *ask, const char *bytes, Py_ssize_t size) {
    PyObject *raw = PyBytes_FromStringAndSize(bytes, size);
    if (raw == NULL) {
        return NULL;
    }
    PyObject *hits = Py_XNewRef(PyDict_GetItemWithError(kept, raw));
    if (hits == NULL && !PyErr_Occurred()) {
        hits = PyObject_CallOneArg(ask, raw);
    }
    Py_DECREF(raw);
    return hits;
}

static bool are_hits(PyObject *hits) {
    if (!PyTuple_Check(hits)) {
        return false;
    }
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(hits); at++) {
        PyObject *hit = PyTuple_GET_ITEM(hits, at);
        if (!PyTuple_Check(hit) || PyTuple_GET_SIZE(hit) != HIT_FIELDS) {
            return false;
        }
    }
    return true;
}

static int take_all(const page *here, PyObject *hits, Py_ssize_t start, PyObject *place) {
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(hits); at++) {
        if (add_slot(here, PyTuple_GET_ITEM(hits, at), start, place) < 0) {
            return -1;
        }
    }
    return 0;
}

static int take_first(const page *here, PyObject *hits, Py_ssize_t start) {
    if (PyTuple_GET_SIZE(hits) == 0) {
        return 0;
    }
    PyObject *hit = PyTuple_GET_ITEM(hits, 0);
    int is_first = PyObject_IsTrue(PyTuple_GET_ITEM(hit, HIT_IS_FIRST));
    return is_first <= 0 ? is_first : add_slot(here, hit, start, here->self->in_link);
}

/* Take an offer of which the hits are known. */
static ct_answer take_known(const page *here, ct_offer offer, PyObject *hits) {
    Path *self = here->self;
    Py_ssize_t start = (Py_ssize_t)offer.start, size = (Py_ssize_t)(offer.end - offer.start);
    if (!are_hits(hits)) {
        PyErr_SetString(PyExc_TypeError, "what is kept of a run must be a tuple of hits");
        return CT_FAILED;
    }
    bool may_be_time = size > 1 && memcmp(here->data + start, "00", 2) == 0;
    if (!offer.calm && (PyTuple_GET_SIZE(hits) > 0 || may_be_time)) {
        return CT_LEFT;
    }
    if (offer.ask) {
        return CT_TAKEN;
    }
    PyObject *place = offer.kind == CT_VALUE ? self->in_value : self->in_text;
    int failed = offer.kind == CT_LINK ? take_first(here, hits, start)
                                       : take_all(here, hits, start, place);
    return failed < 0 ? CT_FAILED : CT_TAKEN;
}

static ct_answer take(void *context, ct_offer offer) {
    const page *here = context;
    Path *self = here->self;
    bool is_link = offer.kind == CT_LINK;
    PyObject *hits = hits_in(is_link ? self->links : self->runs,
                             is_link ? self->ask_link : self->ask_run, here->data + offer.start,
                             (Py_ssize_t)(offer.end - offer.start));
    if (hits == NULL) {
        return CT_FAILED;
    }
    ct_answer answer = hits == Py_None ? CT_LEFT : take_known(here, offer, hits);
    Py_DECREF(hits);
    return answer;
}

PyDoc_STRVAR(walk_doc,
"walk(data, at, floor, base, last, found)\n--\n\n"
"Walk on from `at` to where something must be decided; give that place, the new floor, and whether\n"
"more bytes are needed first.");

static PyObject *path_walk(PyObject *object, PyObject *const *args, Py_ssize_t count) {
    Path *self = (Path *)object;
    if (count != 6 || !PyBytes_Check(args[0]) || !PyList_Check(args[5])) {
        PyErr_SetString(PyExc_TypeError, "walk takes bytes, three places, a bool and a list");
        return NULL;
    }
    Py_ssize_t size = PyBytes_GET_SIZE(args[0]);
    Py_ssize_t at = PyLong_AsSsize_t(args[1]), floor = PyLong_AsSsize_t(args[2]);
    page here = {self, PyBytes_AS_STRING(args[0]), PyLong_AsSsize_t(args[3]), args[5]};
    int last = PyObject_IsTrue(args[4]);
    if (PyErr_Occurred()) {
        return NULL;
    }
    if (at < 0 || at > size) {
        PyErr_SetString(PyExc_ValueError, "the walk begins outside of the data");
        return NULL;
    }
    ct_place from = {(size_t)at, floor > 0 ? (size_t)floor : 0, false, false};
    ct_place to = ct_walk(self->path, (const uint8_t *)here.data, (size_t)size, from, last == 1,
                          take, &here);
    if (to.failed) {
        return NULL;
    }
    PyObject *waits = to.waits ? Py_True : Py_False;
    return Py_BuildValue("nnO", (Py_ssize_t)to.at, (Py_ssize_t)to.floor, waits);
}

/* Making a Path */

typedef bool (*add_text)(ct_path *, const uint8_t *, size_t);

static bool add_entity(ct_path *path, const uint8_t *name, size_t size) {
    return ct_path_add_entity(path, name, size, false);
}

static bool add_bare_entity(ct_path *path, const uint8_t *name, size_t size) {
    return ct_path_add_entity(path, name, size, true);
}

static bool add_lone(ct_path *path, const uint8_t *byte, size_t size) {
    for (size_t at = 0; at < size; at++) {
        ct_path_add_lone(path, byte[at]);
    }
    return true;
}

/* Add each of some bytes objects. */
static int add_each(ct_path *path, PyObject *texts, add_text add) {
    PyObject *all = PySequence_Fast(texts, "a Path is made of sequences of bytes");
    if (all == NULL) {
        return -1;
    }
    int failed = 0;
    for (Py_ssize_t at = 0; at < PySequence_Fast_GET_SIZE(all) && !failed; at++) {
        char *bytes = NULL;
        Py_ssize_t size = 0;
        failed = PyBytes_AsStringAndSize(PySequence_Fast_GET_ITEM(all, at), &bytes, &size);
        if (!failed && !add(path, (const uint8_t *)bytes, (size_t)size)) {
            PyErr_NoMemory();
            failed = -1;
        }
    }
    Py_DECREF(all);
    return failed;
}

static int add_separators(ct_path *path, PyObject *text) {
    Py_ssize_t size = PyUnicode_GetLength(text);
    for (Py_ssize_t at = 0; at < size; at++) {
        ct_path_add_separator(path, PyUnicode_ReadChar(text, at));
    }
    return size < 0 ? -1 : 0;
}

static PyObject *path_new(PyTypeObject *type, PyObject *args, PyObject *names) {
    static char *keys[] = {"numbers", "shortest", "classes", "attributes", "separators", "entities",
                           "bare_entities", "lone", "utf8", "slot", "runs", "links", "ask_run",
                           "ask_link", "in_text", "in_link", "in_value", "encoding", NULL};
    PyObject *numbers, *classes, *attributes, *separators, *entities, *bare, *lone;
    PyObject *slot, *runs, *links, *ask_run, *ask_link, *in_text, *in_link, *in_value, *encoding;
    Py_ssize_t shortest;
    int utf8;
    if (!PyArg_ParseTupleAndKeywords(args, names, "$OnOOUOOOpO!O!O!OOOOOO:Path", keys, &numbers,
                                     &shortest, &classes, &attributes, &separators, &entities, &bare,
                                     &lone, &utf8, &PyType_Type, &slot, &PyDict_Type, &runs,
                                     &PyDict_Type, &links, &ask_run, &ask_link, &in_text, &in_link, &in_value,
                                     &encoding)) {
        return NULL;
    }
    if (!PyType_IsSubtype((PyTypeObject *)slot, &PyTuple_Type)) {
        PyErr_SetString(PyExc_TypeError, "a slot is a named tuple");
        return NULL;
    }
    Path *self = (Path *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->slot = (PyTypeObject *)Py_NewRef(slot);
    self->runs = Py_NewRef(runs);
    self->links = Py_NewRef(links);
    self->ask_run = Py_NewRef(ask_run);
    self->ask_link = Py_NewRef(ask_link);
    self->in_text = Py_NewRef(in_text);
    self->in_link = Py_NewRef(in_link);
    self->in_value = Py_NewRef(in_value);
    self->encoding = Py_NewRef(encoding);
    self->path = ct_path_new();
    if (self->path == NULL) {
        PyErr_NoMemory();
    } else if (add_each(self->path, numbers, ct_path_add_number) == 0
               && add_each(self->path, classes, ct_path_add_class) == 0
               && add_each(self->path, attributes, ct_path_add_attribute) == 0
               && add_each(self->path, entities, add_entity) == 0
               && add_each(self->path, bare, add_bare_entity) == 0
               && add_each(self->path, lone, add_lone) == 0
               && add_separators(self->path, separators) == 0) {
        ct_path_set_utf8(self->path, utf8 != 0);
        ct_path_finish(self->path, shortest > 0 ? (size_t)shortest : 0);
        return (PyObject *)self;
    }
    Py_DECREF(self);
    return NULL;
}

static void path_dealloc(PyObject *object) {
    Path *self = (Path *)object;
    PyTypeObject *type = Py_TYPE(object);
    ct_path_free(self->path);
    Py_XDECREF(self->slot);
    Py_XDECREF(self->runs);
    Py_XDECREF(self->links);
    Py_XDECREF(self->ask_run);
    Py_XDECREF(self->ask_link);
    Py_XDECREF(self->in_text);
    Py_XDECREF(self->in_link);
    Py_XDECREF(self->in_value);
    Py_XDECREF(self->encoding);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef path_methods[] = {
    {"walk", (PyCFunction)(void (*)(void))path_walk, METH_FASTCALL, walk_doc},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot path_slots[] = {
    {Py_tp_new, path_new},
    {Py_tp_dealloc, path_dealloc},
    {Py_tp_methods, path_methods},
    {Py_tp_doc, "What is looked for in the pages of one site."},
    {0, NULL},
};

static PyType_Spec path_spec = {
    .name = "proxy.rewrite._compiled.Path",
    .basicsize = sizeof(Path),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = path_slots,
};

static int add_to(PyObject *module) {
    PyObject *type = PyType_FromModuleAndSpec(module, &path_spec, NULL);
    if (type == NULL || PyModule_AddObjectRef(module, "Path", type) < 0) {
        Py_XDECREF(type);
        return -1;
    }
    Py_DECREF(type);
    return PyModule_AddIntConstant(module, "INTERFACE", INTERFACE);
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, add_to},
    {0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_compiled",
    .m_doc = "The compiled stride: walks over what cannot hold a slot.",
    .m_methods = ct_filling,
    .m_slots = module_slots,
};

PyMODINIT_FUNC PyInit__compiled(void) { return PyModuleDef_Init(&module); }
