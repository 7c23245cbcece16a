/*
 * 72-executor-downloads - stage 07: a download library that blocks, used from
 * coroutines by way of a pool of threads.
 */
#include "loop_support.h"

#include "common/clock.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/run_in_executor.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const double UNIT = 0.15;

enum { PAGES = 4, MOST_BYTES = 400, PATH_SIZE = 100 };

static const struct page {
    const char *address;
    int units;
    size_t size;
} SITE[PAGES] = {{"x/p1.jpg", 3, 300},
                 {"x/p2.jpg", 2, 200},
                 {"x/p3.jpg", 4, 400},
                 {"x/p4.jpg", 1, 100}};

/* ---- what blocks ---- */

struct data {
    size_t size;
    char bytes[MOST_BYTES];
};

/* functools.partial(blocking_get, address, headers={"agent": ...}) */
struct get {
    const char *address;
    const char *agent;
};

static const struct page *find_page(const char *address)
{
    for (int i = 0; i < PAGES; i++)
        if (strcmp(SITE[i].address, address) == 0)
            return &SITE[i];
    return NULL;
}

/*
 *     def blocking_get(address, *, headers):
 *         units, size = SITE[address]
 *         time.sleep(units * UNIT)
 *         return headers["agent"].encode() * size
 */
static const struct error *blocking_get(const void *argument, void *result)
{
    const struct get *call = argument;
    const struct page *page = find_page(call->address);
    struct data *data = result;

    if (page == NULL)
        return &error_key;
    sleep_ns((int64_t)(page->units * UNIT * NS_PER_S));
    for (size_t i = 0; i < page->size; i++)
        data->bytes[data->size++] = call->agent[0];
    return NULL;
}

struct save {
    char path[PATH_SIZE];
    const struct data *data; /* which its future keeps */
};

/*
 *     def save(path, data):
 *         with open(path, "wb") as out:
 *             out.write(data)
 */
static const struct error *save(const void *argument, void *result)
{
    const struct save *call = argument;
    FILE *out = fopen(call->path, "wb");

    (void)result;
    if (out == NULL)
        return error_from_errno(errno);
    fwrite(call->data->bytes, 1, call->data->size, out);
    return fclose(out) == 0 ? NULL : error_from_errno(errno);
}

/* ---- a download ---- */

/*
 *     async def download(pool, folder, address):
 *         print("start", address)
 *         call = functools.partial(blocking_get, address, headers=...)
 *         data = await loop.run_in_executor(pool, call)
 *         print("received", address)
 *         await loop.run_in_executor(
 *             pool, save, os.path.join(folder, address[-6:]), data)
 */
struct download {
    struct coroutine co;
    void *result;
    struct executor *pool;
    const char *folder, *address;
    struct future *getting, *saving;
};

static struct future *get(struct download *self)
{
    struct get call = {self->address, "c"};

    return loop_run_in_executor(async_get_running_loop(), self->pool,
                                blocking_get, &call, sizeof call,
                                sizeof(struct data));
}

static struct future *save_all(struct download *self)
{
    struct save call = {.data = self->getting->result};

    snprintf(call.path, sizeof call.path, "%s/%s", self->folder,
             self->address + strlen(self->address) - 6);
    return loop_run_in_executor(async_get_running_loop(), self->pool, save,
                                &call, sizeof call, 0);
}

static struct future *download(struct coroutine *co)
{
    struct download *self = (struct download *)co;

    CO_BEGIN(self);
    printf("start %s\n", self->address);
    CO_CHECK(self, self->getting = get(self));
    CO_AWAIT(self, *self->getting);
    printf("received %s\n", self->address);
    CO_CHECK(self, self->saving = save_all(self));
    CO_AWAIT(self, *self->saving);
    CO_FINALLY(self);
    future_free(self->saving);
    future_free(self->getting);
    CO_END(self);
}

static struct download download_new(struct executor *pool, const char *folder,
                                    const char *address)
{
    return (struct download){.co = CO_INIT(download),
                             .pool = pool,
                             .folder = folder,
                             .address = address};
}

/* ---- all of them ---- */

struct program {
    struct coroutine co;
    void *result;
    const char *folder;
    struct executor *pool;
    struct future *all;
};

/* asyncio.gather(*(download(pool, folder, a) for a in SITE)) */
static struct future *download_all(const struct program *self)
{
    struct coroutine *downloads[PAGES];

    for (int i = 0; i < PAGES; i++)
        downloads[i] =
            COROUTINE(download_new(self->pool, self->folder, SITE[i].address));
    return async_gather(downloads, PAGES);
}

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->pool = executor_threads_new(4));
    CO_CHECK(self, self->all = download_all(self));
    CO_AWAIT(self, *self->all);
    CO_FINALLY(self);
    future_free(self->all);
    executor_free(self->pool);
    CO_END(self);
}

static struct program program_new(const char *folder)
{
    return (struct program){.co = CO_INIT(program), .folder = folder};
}

/* ---- the folder ---- */

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/*
 *     for name in sorted(os.listdir(folder)):
 *         print(name, os.path.getsize(os.path.join(folder, name)))
 */
static void list_and_remove(const char *folder)
{
    struct dirent **files;
    int count = must(scandir(folder, &files, is_file, alphasort), "list it");

    for (int i = 0; i < count; i++) {
        char path[PATH_SIZE + sizeof files[i]->d_name];
        struct stat status;
        snprintf(path, sizeof path, "%s/%s", folder, files[i]->d_name);
        must(stat(path, &status), path);
        printf("%s %lld\n", files[i]->d_name, (long long)status.st_size);
        must(unlink(path), path);
        free(files[i]);
    }
    free(files);
    must(rmdir(folder), folder);
}

int main(void)
{
    char folder[] = P_tmpdir "/downloads-XXXXXX";

    must(mkdtemp(folder) != NULL ? 0 : -1, "make a folder");
    run_to_end(COROUTINE(program_new(folder)));
    list_and_remove(folder);
}
