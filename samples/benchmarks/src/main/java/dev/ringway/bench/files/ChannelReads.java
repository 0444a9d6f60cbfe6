package dev.ringway.bench.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Reads with [FileChannel], which waits for each: one in flight, whatever is asked for.
final class ChannelReads extends ReadProgram {
    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(2 * TestFile.BLOCK)
            .alignedSlice(TestFile.BLOCK).slice(0, TestFile.BLOCK);

    private ChannelReads(FileChannel file) {
        this.file = file;
    }

    /// Arguments: the file, and `cached` or `direct`.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (FileChannel file = FileChannel.open(file(arguments), options(arguments))) {
            new ChannelReads(file).obey("");
        }
    }

    @Override
    void read(int depth) throws IOException {
        do {
            long block = nextBlock();
            if (file.read(buffer.clear(), block * TestFile.BLOCK) != TestFile.BLOCK) {
                throw new IOException("a short read");
            }
            if (isChecking()) {
                TestFile.requireBlock(block, buffer.flip());
            }
        } while (goesOn());
    }
}
