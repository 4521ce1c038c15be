#include "CTaskHook.h"

#include <stddef.h>

// What Swift's runtime offers to those who schedule themselves (swift/Runtime/Concurrency.h).
typedef __attribute__((swiftcall)) void (*enqueue_original)(void *job);
typedef __attribute__((swiftcall)) void (*enqueue_hook)(void *job, enqueue_original original);
extern enqueue_hook swift_task_enqueueGlobal_hook;
extern __attribute__((swiftcall)) void swift_job_run(void *job, void *executor_identity, void *executor_witness);

static _Thread_local c_task_collector current_collector;
static _Thread_local void *current_context;

static __attribute__((swiftcall)) void enqueue(void *job, enqueue_original original) {
    if (current_collector != NULL) {
        current_collector(current_context, job);
    } else {
        original(job);
    }
}

void c_task_collect(c_task_collector collect, void *context) {
    current_collector = collect;
    current_context = context;
    // Every thread stores the same value, and a thread that has not seen it yet does as it did before.
    __atomic_store_n(&swift_task_enqueueGlobal_hook, enqueue, __ATOMIC_RELEASE);
}

void c_task_run(void *job) {
    // The generic executor: no identity, no witness.
    swift_job_run(job, NULL, NULL);
}
