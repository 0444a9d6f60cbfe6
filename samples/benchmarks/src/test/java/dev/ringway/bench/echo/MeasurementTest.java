package dev.ringway.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class MeasurementTest {
    private static final String LINE = "requests=640 requests_per_second=320 p50_us=1.5 p99_us=2.5 p999_us=3.5"
            + " p9999_us=4.5 max_us=5.5 cpu_ns_per_request=2980.5 load_share=0.99\n";

    @Test
    void readsWhatTheLoadPrints() {
        assertThat(Measurement.parse(LINE, 0.25))
                .isEqualTo(new Measurement(2.9805, 320, 1.5, 2.5, 3.5, 4.5, 5.5, 0.99, 0.25));
    }

    @Test
    void aServerWithSeveralThreadsIsNotDisturbedByItself() {
        Measurement waited = Measurement.parse(LINE, 0.25);
        assertThat(waited.disturbed(true)).isTrue();
        assertThat(waited.disturbed(false)).isFalse();
        assertThat(Measurement.parse(LINE, 0.01).disturbed(true)).isFalse();
        assertThat(Measurement.parse(LINE.replace("load_share=0.99", "load_share=0.97"), 0).disturbed(false))
                .isTrue();
    }

    @Test
    void aMissingOrMalformedFieldIsNoMeasurement() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Measurement.parse(LINE.replace("p99_us", "p98_us"), 0))
                .withMessageContaining("p99_us");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Measurement.parse("requests = 640", 0))
                .withMessageContaining("requests");
    }
}
