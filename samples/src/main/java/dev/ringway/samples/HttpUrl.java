package dev.ringway.samples;

import java.net.URI;

/// What the HTTP clients in Java and in Kotlin take from a URL.
///
/// @param host      a name, or an address without brackets
/// @param authority host and port as they were given, for the Host field
/// @param target    path and query
record HttpUrl(boolean isSecure, String host, int port, String authority, String target) {
    static HttpUrl of(String url) {
        URI uri = URI.create(url);
        boolean isSecure = "https".equals(uri.getScheme());
        if (uri.getHost() == null || !(isSecure || "http".equals(uri.getScheme()))) {
            throw new IllegalArgumentException(url + ": only http: and https: can be fetched");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : isSecure ? 443 : 80;
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        return new HttpUrl(isSecure, uri.getHost().replaceAll("[\\[\\]]", ""), port, uri.getRawAuthority(), target);
    }
}
