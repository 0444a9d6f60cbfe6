package dev.ringway.samples;

import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Key stores for TLS, as `keytool` makes them; see the README of the samples.
final class KeyStores {
    private KeyStores() {}

    /// Who we are is the key in the store, and whom to trust are its certificates, also that of the key.
    static SSLContext context(String store, String password) throws IOException, GeneralSecurityException {
        char[] secret = password.toCharArray();
        KeyStore certificates = KeyStore.getInstance(new File(store), secret);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(certificates, secret);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
