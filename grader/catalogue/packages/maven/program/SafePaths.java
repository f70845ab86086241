import java.util.regex.Pattern;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.metadata.Metadata;
import org.eclipse.aether.repository.LocalArtifactRegistration;
import org.eclipse.aether.repository.LocalArtifactRequest;
import org.eclipse.aether.repository.LocalArtifactResult;
import org.eclipse.aether.repository.LocalMetadataRegistration;
import org.eclipse.aether.repository.LocalMetadataRequest;
import org.eclipse.aether.repository.LocalMetadataResult;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.LocalRepositoryManager;
import org.eclipse.aether.repository.RemoteRepository;

/** Names come from strangers' poms and become paths; a part of a name that could lead out of the tree is refused. */
final class SafePaths implements LocalRepositoryManager {
    private static final Pattern PART = Pattern.compile("(?!\\.\\.?$)[A-Za-z0-9_.+-]{1,200}");
    private final LocalRepositoryManager inner;

    SafePaths(LocalRepositoryManager inner) {
        this.inner = inner;
    }

    private static String checked(String path) {
        for (String part : path.split("/", -1)) {
            if (!PART.matcher(part).matches()) throw new IllegalArgumentException("not a name of a package: " + path);
        }
        return path;
    }

    @Override
    public LocalRepository getRepository() {
        return inner.getRepository();
    }

    @Override
    public String getPathForLocalArtifact(Artifact artifact) {
        return checked(inner.getPathForLocalArtifact(artifact));
    }

    @Override
    public String getPathForRemoteArtifact(Artifact artifact, RemoteRepository repository, String context) {
        return checked(inner.getPathForRemoteArtifact(artifact, repository, context));
    }

    @Override
    public String getPathForLocalMetadata(Metadata metadata) {
        return checked(inner.getPathForLocalMetadata(metadata));
    }

    @Override
    public String getPathForRemoteMetadata(Metadata metadata, RemoteRepository repository, String context) {
        return checked(inner.getPathForRemoteMetadata(metadata, repository, context));
    }

    @Override
    public LocalArtifactResult find(RepositorySystemSession session, LocalArtifactRequest request) {
        checked(inner.getPathForLocalArtifact(request.getArtifact()));
        return inner.find(session, request);
    }

    @Override
    public void add(RepositorySystemSession session, LocalArtifactRegistration request) {
        inner.add(session, request);
    }

    @Override
    public LocalMetadataResult find(RepositorySystemSession session, LocalMetadataRequest request) {
        checked(inner.getPathForLocalMetadata(request.getMetadata()));
        return inner.find(session, request);
    }

    @Override
    public void add(RepositorySystemSession session, LocalMetadataRegistration request) {
        inner.add(session, request);
    }
}
