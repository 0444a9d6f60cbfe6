package dev.ringway.bench.files;

import dev.ringway.bench.CannotRunException;
import dev.ringway.bench.Cores;
import dev.ringway.bench.Settings;
import dev.ringway.bench.Tool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// fio, the field's own benchmark of storage, with its engine for io_uring and registered buffers and files.
final class Fio {
    static final String TITLE = "fio io_uring, registered";

    /// Of its terse output, version 3: the read operations a second.
    private static final int IOPS_FIELD = 7;

    private Fio() {}

    /// @throws CannotRunException if it is not installed
    static void require() throws CannotRunException, InterruptedException {
        try {
            Tool version = Tool.run(Duration.ofSeconds(10), List.of("fio", "--version"));
            if (!version.succeeded()) {
                throw new CannotRunException("fio --version: " + version.errors());
            }
        } catch (IOException notFound) {
            throw new CannotRunException("fio is not installed (Debian and Ubuntu: apt-get install fio)");
        }
    }

    /// Reads for a second, which is the least that it can.
    ///
    /// @return reads a second
    static double measure(Cell cell, Path file, Settings settings) throws IOException, InterruptedException {
        Tool fio = Tool.run(Duration.ofSeconds(60), Cores.pin(settings.serverCore(), List.of(
                "fio", "--name=reads", "--filename=" + file, "--readonly", "--rw=randread", "--bs=4k",
                "--ioengine=io_uring", "--registerfiles", "--fixedbufs", "--iodepth=" + cell.depth(),
                "--direct=" + (cell.direct() ? 1 : 0), "--invalidate=0", "--randrepeat=0", "--norandommap",
                "--time_based", "--runtime=1", "--output-format=terse", "--terse-version=3")));
        String[] fields = fio.output().strip().split(";");
        if (!fio.succeeded() || fields.length <= IOPS_FIELD) {
            throw new IOException("fio: " + fio.errors() + fio.output());
        }
        return Double.parseDouble(fields[IOPS_FIELD]);
    }
}
