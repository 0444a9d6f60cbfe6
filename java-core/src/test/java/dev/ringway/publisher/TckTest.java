package dev.ringway.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.TestBed;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.tck.flow.support.PublisherVerificationRules;
import org.testng.SkipException;

/// The Reactive Streams TCK: every method of it is a test, and a skip is allowed only where a list says why.
@EveryBackend
class TckTest {
    private static List<String> methods() {
        return Stream.of(PublisherVerificationRules.class.getMethods()).map(Method::getName).sorted().toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void acceptPublisher(String method, TestBed bed) throws Throwable {
        try (AcceptVerification verification = new AcceptVerification(bed)) {
            verify(verification, method, AcceptVerification.SKIPS);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void receivePublisher(String method, TestBed bed) throws Throwable {
        try (ReceiveVerification verification = new ReceiveVerification(bed)) {
            verify(verification, method, ReceiveVerification.SKIPS);
        }
    }

    private static void verify(Verification<?> verification, String method, Map<String, String> skips)
            throws Throwable {
        assertThat(methods()).containsAll(skips.keySet());
        String reason = skips.get(method);
        verification.setUp();
        try {
            PublisherVerificationRules.class.getMethod(method).invoke(verification);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof SkipException skip) {
                if (reason == null) {
                    throw new AssertionError(method + " was skipped, and the list does not allow that", skip);
                }
                return;
            }
            throw thrown.getCause();
        }
        if (reason != null) {
            throw new AssertionError(method + " is on the list of skips (" + reason + "), and yet it passes");
        }
    }
}
