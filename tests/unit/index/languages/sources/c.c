/* A hash table that keeps its order. */
#include <stdio.h>
#include "dict.h"

#define DICT_OK 0
#define DICT_MIN(a, b) ((a) < (b) ? (a) : (b))

#ifdef __cplusplus
extern "C" {
#endif

G_BEGIN_DECLS

struct dict;
struct dictEntry;

/* Compares two keys; zero when they are equal. */
typedef int (*dictCompare)(const void *left, const void *right);
typedef unsigned long hash_t, *hash_ptr;

typedef enum dictState {
    DICT_IDLE = 0,
    DICT_REHASHING, /* tables move one bucket at a time */
} dictState;

typedef struct dictEntry {
    void *key;
    union {
        void *val;
        unsigned long u64;
    } v;
    struct dictEntry *next;
} dictEntry;

struct dictType {
    hash_t (*hashFunction)(const void *key);
    dictCompare compare;
    unsigned int no_value : 1, keys_are_odd : 1;
    char name[16];
};

typedef struct {
    int used;
} dictStats;

enum { DICT_SMALL = 4, DICT_LARGE = 1024 };

static const unsigned char dict_seed[16] = {0};
extern int dict_can_resize;
static dictEntry *free_list, **last;
static int (*on_resize)(struct dict *d) = NULL;

int dictExpand(struct dict *d, unsigned long size);
static void *dictAlloc(size_t n) __attribute__((malloc));

/* Finds an entry.
 * Returns NULL when there is none. */
static inline dictEntry *
dictFind(struct dict *d, const void *key)
{
    dictEntry *entry = d->table[hash(key) & DICT_MIN(d->size, 8)];
    while (entry) {
        if (d->type->compare(key, entry->key) == DICT_OK)
            return entry;
        entry = entry->next;
    }
    return NULL;
}

// A function that gives a function.
dictCompare (*dictComparerFor(const struct dictType *type))(int)
{
    return type ? lookup_comparer(type) : NULL;
}

#ifdef DICT_DEBUG
void dictDump(struct dict *d) {
    printf("%s\n", d->type->name);
}
#else
void dictDump(struct dict *d) { (void)d; }
#endif

int main(int argc, char **argv)
{
    struct dict d = dictCreate(&(struct dictType){ .compare = strcmp });
    return dictExpand(&d, sizeof(dictEntry));
}

#ifdef __cplusplus
}
#endif

LUA_API const char *dict_name(dict *d);
static JEMALLOC_COLD void dict_warn(const char *format, ...) JEMALLOC_FORMAT_PRINTF(1, 2);
REDISMODULE_API size_t (*Dict_Size)(void *at) REDISMODULE_ATTR;

NO_SANITIZE("alignment")
unsigned int dict_hash(const char *key) {
    if (key == NULL) return (unsigned int) DICT_NO_KEY;
    return DICT_MIN(1, 2);
}
