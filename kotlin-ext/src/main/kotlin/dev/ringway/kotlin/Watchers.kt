package dev.ringway.kotlin

import dev.ringway.FileEvent
import dev.ringway.FileWatcher
import dev.ringway.RingFiles
import java.nio.file.Path
import kotlin.time.Duration
import kotlinx.coroutines.flow.Flow

/**
 * Makes something that tells of changes to files and directories, and watches nothing yet. See `man 2 inotify_init`.
 *
 * Throws [dev.ringway.ErrnoException] EMFILE if the user has too many of them (inotify). May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; a
 * watcher that was made nevertheless is closed.
 */
public suspend fun RingFiles.watcher(timeout: Duration = Duration.INFINITE): FileWatcher =
    prepareWatcher().within(timeout).await()

/**
 * Begins to watch a file or a directory, and with [recursive] everything below a directory. See `man 2
 * inotify_add_watch`.
 *
 * Throws [java.nio.file.NoSuchFileException], [java.nio.file.AccessDeniedException], [dev.ringway.ErrnoException]
 * ENOSPC if the user watches too much, [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be
 * called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * walk through the tree has ended, not before; a watch that has begun nevertheless is ended.
 *
 * @param interests at least one
 */
public suspend fun FileWatcher.watch(
    path: Path,
    vararg interests: FileWatcher.Interest,
    recursive: Boolean = false,
    timeout: Duration = Duration.INFINITE,
): FileWatcher.Watch = prepareWatch(path, *interests).below(recursive).within(timeout).await()

/**
 * Like [watch], but of a directory only: throws [dev.ringway.ErrnoException] ENOTDIR if it is none. See `man 2
 * inotify_add_watch`.
 *
 * May be called from any thread. If the coroutine is cancelled, this throws
 * [CancellationException][kotlinx.coroutines.CancellationException] like [watch].
 */
public suspend fun FileWatcher.watchDirectory(
    path: Path,
    vararg interests: FileWatcher.Interest,
    recursive: Boolean = false,
    timeout: Duration = Duration.INFINITE,
): FileWatcher.Watch = prepareWatchDirectory(path, *interests).below(recursive).within(timeout).await()

/**
 * Like [watch], but not of a directory: throws [dev.ringway.ErrnoException] EISDIR if it is one. See `man 2
 * inotify_add_watch`.
 *
 * May be called from any thread. If the coroutine is cancelled, this throws
 * [CancellationException][kotlinx.coroutines.CancellationException] like [watch].
 */
public suspend fun FileWatcher.watchFile(
    path: Path,
    vararg interests: FileWatcher.Interest,
    timeout: Duration = Duration.INFINITE,
): FileWatcher.Watch = prepareWatchFile(path, *interests).within(timeout).await()

/**
 * Ends a watch; events of before that have not been taken yet are not told. See `man 2 inotify_rm_watch`.
 *
 * Throws [IllegalArgumentException] if it is of another watcher,
 * [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException]; whether
 * the watch has ended is then unknown.
 */
public suspend fun FileWatcher.unwatch(watch: FileWatcher.Watch, timeout: Duration = Duration.INFINITE) {
    prepareUnwatch(watch).within(timeout).await()
}

/**
 * The events, in order. Cold: each collection takes them, one at a time; never completes. Throws what reading fails
 * with, [java.nio.channels.InterruptedByTimeoutException] after [idleTimeout] without an event. See `man 7 inotify`.
 *
 * If the collection is cancelled or ends early, reading is cancelled; what was not collected is kept for the next
 * collection, and then the collection ends, not before.
 *
 * @param idleTimeout positive; the time in which the collector is busy does not count
 */
public fun FileWatcher.eventFlow(idleTimeout: Duration = Duration.INFINITE): Flow<FileEvent> =
    IterationFlow(idleTimeout) { prepareEventEach() }

private fun FileWatcher.Start.below(recursive: Boolean): FileWatcher.Start = if (recursive) recursive() else this
