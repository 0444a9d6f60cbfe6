package dev.ringway.bench.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// The file that is read: 1 GiB in blocks of 4 KiB, no two of which are alike, made once.
///
/// Every 64-bit word is a function of its index, the same in `file-reads.c`, so that a block tells which one it is.
final class TestFile {
    static final int BLOCK = 4096;
    static final long BYTES = 1L << 30;
    static final long BLOCKS = BYTES / BLOCK;

    private static final int WORDS = BLOCK / Long.BYTES;
    private static final int CHUNK = 1 << 20;

    private TestFile() {}

    /// The word at an index: a finaliser of splitmix64.
    private static long word(long index) {
        long z = (index + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /// @throws IllegalStateException if these are not the bytes of that block
    static void requireBlock(long block, ByteBuffer bytes) {
        LongBuffer words = bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        if (words.remaining() != WORDS) {
            throw new IllegalStateException("block " + block + " has " + bytes.remaining() + " bytes");
        }
        for (int i = 0; i < WORDS; i++) {
            if (words.get(i) != word(block * WORDS + i)) {
                throw new IllegalStateException("block " + block + " is wrong");
            }
        }
    }

    /// Makes the file, if it is not there, and has the kernel cache it.
    ///
    /// @throws IOException if there is no room for it
    static Path make(Path directory) throws IOException {
        Path file = directory.resolve("reads.data");
        if (!Files.exists(file) || Files.size(file) != BYTES) {
            Files.createDirectories(directory);
            if (Files.getFileStore(directory).getUsableSpace() < 3 * BYTES) {
                throw new IOException("less than 3 GiB are free in " + directory);
            }
            Path unfinished = directory.resolve("reads.unfinished");
            write(unfinished);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
        cache(file);
        return file;
    }

    private static void write(Path file) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            for (long index = 0; index < BYTES / Long.BYTES; ) {
                for (chunk.clear(); chunk.hasRemaining(); index++) {
                    chunk.putLong(word(index));
                }
                for (chunk.flip(); chunk.hasRemaining(); ) {
                    channel.write(chunk);
                }
            }
            channel.force(true);
        }
    }

    private static void cache(Path file) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(chunk.clear()) > 0) {
                if (chunk.flip().remaining() >= BLOCK) {
                    requireBlock((channel.position() - chunk.remaining()) / BLOCK, chunk.slice(0, BLOCK));
                }
            }
        }
    }
}
