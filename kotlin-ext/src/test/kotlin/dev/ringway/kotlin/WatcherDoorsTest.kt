package dev.ringway.kotlin

import dev.ringway.ErrnoException
import dev.ringway.FileWatcher.Interest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import kotlin.io.path.createDirectory
import kotlin.io.path.createFile
import kotlin.time.Duration.Companion.minutes
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList

/** Every door to a watcher of files. */
class WatcherDoorsTest : RowsSpec({
    onEveryRow("watch, watchDirectory, watchFile, unwatch, eventFlow") {
        val folder = bed.directory().resolve("folder").createDirectory()
        val file = bed.directory().resolve("file").createFile()
        onRing {
            ring.files().watcher(timeout = 1.minutes).useAsync { watcher ->
                val watch = watcher.watch(folder, Interest.CREATE, recursive = true)
                watch.isRecursive shouldBe true
                watcher.watchDirectory(folder, Interest.DELETE_SELF).path() shouldBe folder
                watcher.watchFile(file, Interest.MODIFY)
                val refused = shouldThrow<ErrnoException> { watcher.watchFile(folder, Interest.ALL) }
                refused.errnoName() shouldBe "EISDIR"
                val inside = folder.resolve("inside").createFile()
                file.toFile().writeText("x")
                watcher.eventFlow().map { it.path() }.take(2).toList().shouldContainExactlyInAnyOrder(inside, file)
                watcher.unwatch(watch)
            }
        }
    }
})
