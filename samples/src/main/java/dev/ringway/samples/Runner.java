package dev.ringway.samples;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Runs a sample by its name: `Runner <sample> <argument>...`. Exits with 0, or with 1 and one line that says why.
public final class Runner {
    private static final Map<String, Sample> SAMPLES = new LinkedHashMap<>();

    static {
        SAMPLES.put("demo", DemoKt::main);
        SAMPLES.put("echo-server", EchoServer::main);
        SAMPLES.put("echo-server-kotlin", EchoServerKt::main);
        SAMPLES.put("cat", Cat::main);
        SAMPLES.put("cat-kotlin", CatKt::main);
        SAMPLES.put("cp", Cp::main);
        SAMPLES.put("cp-kotlin", CpKt::main);
        SAMPLES.put("tail", Tail::main);
        SAMPLES.put("tail-kotlin", TailKt::main);
        SAMPLES.put("watch", Watch::main);
        SAMPLES.put("watch-kotlin", WatchKt::main);
        SAMPLES.put("redis", Redis::main);
        SAMPLES.put("redis-kotlin", RedisKt::main);
        SAMPLES.put("http-server", HttpServer::main);
        SAMPLES.put("http-server-kotlin", HttpServerKt::main);
        SAMPLES.put("http-client", HttpClient::main);
        SAMPLES.put("http-client-kotlin", HttpClientKt::main);
        SAMPLES.put("tcp-proxy", TcpProxy::main);
        SAMPLES.put("tcp-proxy-kotlin", TcpProxyKt::main);
        SAMPLES.put("chat", Chat::main);
        SAMPLES.put("chat-kotlin", ChatKt::main);
    }

    /// A sample's main method.
    @FunctionalInterface
    private interface Sample {
        void main(String[] args) throws IOException, GeneralSecurityException;
    }

    public static void main(String... args) {
        String name = args.length == 0 ? "" : args[0];
        Sample sample = SAMPLES.get(name);
        if (sample == null) {
            System.err.println("usage: Runner <sample> <argument>..., where the sample is one of " + SAMPLES.keySet());
            System.exit(1);
            return;
        }
        try {
            sample.main(Arrays.copyOfRange(args, 1, args.length));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException failure) {
            System.err.println(name + ": " + failure.getMessage());
            System.exit(1);
        }
    }

    private Runner() {}
}
