package dev.ringway.internal.op.tls;

import dev.ringway.TlsTruncatedException;
import java.io.IOException;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLProtocolException;
import org.jspecify.annotations.Nullable;

/// What the engine or the socket says, as the exception of one operation: its call, its subject, the cause, the remedy.
final class TlsFailures {
    private TlsFailures() {}

    /// The same kind of exception, for this operation alone.
    static Throwable of(String call, String subject, Throwable why) {
        String message = call + " on " + subject + ": " + said(why) + remedy(why);
        IOException failure = switch (why) {
            case TlsTruncatedException cut -> new TlsTruncatedException(message);
            case SSLHandshakeException refused -> new SSLHandshakeException(message);
            case SSLPeerUnverifiedException unknown -> new SSLPeerUnverifiedException(message);
            case SSLProtocolException violated -> new SSLProtocolException(message);
            case SSLException other -> new SSLException(message);
            case SocketException lost -> new SocketException(message);
            case IOException other -> new IOException(message);
            default -> new SSLException(message);
        };
        failure.initCause(why);
        return failure;
    }

    private static String said(Throwable why) {
        String message = why.getMessage();
        return message == null ? why.getClass().getName() : message;
    }

    private static String remedy(Throwable why) {
        if (why instanceof TlsTruncatedException) {
            return "; what has come may be incomplete";
        }
        if (isAboutCertificate(why)) {
            return "; the SSLContext has to trust the peer's certificate, and it has to be for the name that was given";
        }
        String message = said(why);
        if (message.contains("no_application_protocol")) {
            return "; the two sides have no application protocol in common, see applicationProtocols";
        }
        if (message.contains("nrecognized SSL message")) {
            return "; the peer does not speak TLS here";
        }
        return "";
    }

    private static boolean isAboutCertificate(@Nullable Throwable why) {
        Throwable cause = why;
        for (int depth = 0; cause != null && depth < 8; depth++) {
            if (cause instanceof GeneralSecurityException) {
                return cause instanceof java.security.cert.CertificateException
                        || cause instanceof java.security.cert.CertPathValidatorException
                        || cause instanceof java.security.cert.CertPathBuilderException;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
