#ifndef C_TASK_HOOK_H
#define C_TASK_HOOK_H

/// Receives a job that the calling thread has made ready to run.
typedef void (*c_task_collector)(void *context, void *job);

/// From now on the jobs that this thread makes ready go to `collect` and not to the global executor; those of all other
/// threads run as ever. NULL ends it.
void c_task_collect(c_task_collector collect, void *context);

/// Runs one collected job on this thread, to its next suspension.
void c_task_run(void *job);

#endif
