package dev.ringway.process;

import dev.ringway.Backend;
import dev.ringway.BackendUnavailableException;
import dev.ringway.Ring;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/// A program for another process: the conformance suite, on the rows that `-Dbackends=` names.
final class RunsConformance {
    private RunsConformance() {}

    public static void main(String[] args) {
        System.out.println("io_uring: " + whetherThereIsUring());
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectPackage("dev.ringway.conformance"))
                // Only the optimizing compiler, which a child has not, finds out that an object never leaves its method
                .filters(ClassNameFilter.excludeClassNamePatterns(".*\\.AllocationTest"))
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        TestExecutionSummary summary = listener.getSummary();
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        summary.printFailuresTo(out, 20);
        out.println("tests: " + summary.getTestsSucceededCount() + " passed, " + summary.getTotalFailureCount()
                + " failed, " + (summary.getTestsSkippedCount() + summary.getTestsAbortedCount()) + " not run, "
                + summary.getContainersAbortedCount() + " containers not run");
        System.exit(summary.getTotalFailureCount() == 0 ? 0 : 1);
    }

    private static String whetherThereIsUring() {
        try (Ring ring = Ring.builder().backend(Backend.IO_URING).create()) {
            return ring.backend().reason();
        } catch (BackendUnavailableException unavailable) {
            return "unavailable: " + unavailable.getMessage();
        }
    }
}
