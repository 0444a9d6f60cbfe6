package dev.ringway.kotlin

import dev.ringway.AsyncFile
import dev.ringway.Buf
import dev.ringway.ErrnoException
import dev.ringway.Metadata
import dev.ringway.testing.Cap
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.optional.shouldBeEmpty
import io.kotest.matchers.optional.shouldBePresent
import io.kotest.matchers.shouldBe
import java.nio.ByteBuffer
import java.nio.file.DirectoryNotEmptyException
import java.nio.file.FileAlreadyExistsException
import java.nio.file.NoSuchFileException
import java.nio.file.StandardOpenOption.CREATE_NEW
import java.nio.file.StandardOpenOption.READ
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.attribute.PosixFilePermissions
import kotlin.io.path.exists
import kotlin.io.path.getPosixFilePermissions
import kotlin.io.path.isDirectory
import kotlin.time.Duration.Companion.minutes

/** Every suspend door to names and to what is in files beside their content. */
class FileDoorsTest : RowsSpec({
    onEveryRow("createDirectory, rename, delete, deleteDirectory") {
        val folder = bed.directory().resolve("folder")
        val other = bed.directory().resolve("other")
        onRing {
            val files = ring.files()
            files.createDirectory(folder, PosixFilePermissions.fromString("rwx------"), timeout = 1.minutes)
            folder.getPosixFilePermissions() shouldBe PosixFilePermissions.fromString("rwx------")
            shouldThrow<FileAlreadyExistsException> { files.createDirectory(folder) }
            files.open(folder.resolve("file"), WRITE, CREATE_NEW).closeAndJoin()
            files.rename(folder, other)
            other.isDirectory() shouldBe true
            shouldThrow<NoSuchFileException> { files.rename(folder, other) }
            shouldThrow<DirectoryNotEmptyException> { files.deleteDirectory(other) }
            files.delete(other.resolve("file"))
            files.deleteDirectory(other)
            other.exists() shouldBe false
        }
    }

    onEveryRow("syncData, metadata, truncate") {
        val path = bed.directory().resolve("file")
        val buffer = loop.bufferOf("content")
        onRing {
            ring.files().open(path, READ, WRITE, CREATE_NEW).useAsync { file ->
                file.writeAll(buffer)
                file.syncData()
                file.metadata().size().asLong shouldBe 7
                file.truncate(3)
                val metadata = file.metadata(Metadata.Field.SIZE, Metadata.Field.TYPE)
                metadata.size().asLong shouldBe 3
                metadata.type() shouldBePresent { it shouldBe Metadata.Type.REGULAR_FILE }
                metadata.modified().shouldBeEmpty()
            }
        }
    }

    onEveryRow("advise: whole pages of a buffer, and what else is refused") {
        val page = ByteBuffer.allocateDirect(2 shl 16).alignedSlice(1 shl 16).limit(1 shl 16).slice()
        val buffer = Buf.adopt(page)
        onRing {
            ring.advise(buffer, Buf.Advice.WILL_NEED)
            ring.advise(buffer.clear(), Buf.Advice.DONT_NEED, length = 1 shl 16)
            shouldThrow<IllegalArgumentException> { ring.advise(buffer, Buf.Advice.NORMAL, offset = 1) }
        }
        buffer.isLent shouldBe false
    }

    onEveryRow("allocate, advise and openTemporary, or the error that says what the system lacks") {
        onRing {
            val path = bed.directory().resolve("file")
            ring.files().open(path, READ, WRITE, CREATE_NEW).useAsync { file ->
                ifThereIs(Cap.ALLOCATES_AND_ADVISES_FILES) {
                    file.allocate(0, 8192)
                    file.advise(0, 0, AsyncFile.Advice.RANDOM)
                    file.metadata().size().asLong shouldBe 8192
                }
                ifThereIs(Cap.HAS_MODES_OF_ALLOCATE) {
                    file.allocate(0, 4096, AsyncFile.AllocateMode.KEEP_SIZE, timeout = 1.minutes)
                }
            }
            ifThereIs(Cap.HAS_FILES_WITHOUT_NAME) {
                ring.files().openTemporary(bed.directory()).useAsync { file ->
                    file.metadata().links().asLong shouldBe 0
                }
            }
        }
    }
})

private suspend fun OnRow.ifThereIs(fact: Cap, block: suspend () -> Unit) {
    if (has(fact)) {
        block()
    } else {
        shouldThrow<ErrnoException> { block() }.errnoName() shouldBe "EOPNOTSUPP"
    }
}
