import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.maven.RepositoryUtils;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Extension;
import org.apache.maven.model.Model;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugin.PluginResolutionException;
import org.apache.maven.plugin.internal.PluginDependenciesResolver;
import org.apache.maven.plugin.version.DefaultPluginVersionRequest;
import org.apache.maven.plugin.version.PluginVersionResolutionException;
import org.apache.maven.plugin.version.PluginVersionResolver;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.collection.CollectResult;
import org.eclipse.aether.collection.DependencyCollectionException;
import org.eclipse.aether.graph.DependencyNode;

/** What a build of a project asks a repository for: its dependencies, its plugins with theirs, and what those fetch as they run. */
final class Needs {
    /** Maven looks for the goals of these by name, so they are wanted although no pom lists them. */
    private static final Set<String> BY_NAME = Set.of("maven-dependency-plugin");

    private final Repository repository;
    private final Projects projects;
    private final PluginDependenciesResolver pluginDependencies;
    private final PluginVersionResolver pluginVersions;
    private final Set<String> done = ConcurrentHashMap.newKeySet();

    Needs(Repository repository, Projects projects) throws Exception {
        this.repository = repository;
        this.projects = projects;
        pluginDependencies = repository.container.lookup(PluginDependenciesResolver.class);
        pluginVersions = repository.container.lookup(PluginVersionResolver.class);
    }

    void addProject(Path pom) {
        String label = pom.getParent().getFileName() + "/pom.xml";
        Model model = projects.read(pom, label);
        if (model == null) return;
        List<Artifact> used = addDependencies(model, label);
        addExtensions(model, pom, label);
        if (model.getBuild() == null) return;
        PluginUse use = new PluginUse(label, used);
        List<Runnable> tasks = new ArrayList<>();
        for (Plugin plugin : model.getBuild().getPlugins()) tasks.add(() -> addPlugin(plugin, model, use));
        if (model.getBuild().getPluginManagement() != null) {
            for (Plugin plugin : model.getBuild().getPluginManagement().getPlugins()) {
                if (BY_NAME.contains(plugin.getArtifactId())) tasks.add(() -> addPlugin(plugin, model, use));
                // Looking for a goal, Maven reads the descriptions of all of them.
                else if (plugin.getVersion() != null) tasks.add(() -> described(plugin, null));
            }
        }
        // Nearly all of the time is waiting for answers.
        tasks.parallelStream().forEach(Runnable::run);
    }

    private record PluginUse(String label, List<Artifact> used) {}

    private List<Artifact> addDependencies(Model model, String label) {
        CollectRequest request = new CollectRequest();
        request.setRootArtifact(new DefaultArtifact(model.getGroupId(), model.getArtifactId(), "", "pom", model.getVersion()));
        for (Dependency one : model.getDependencies()) {
            if (!"system".equals(one.getScope())) request.addDependency(resolverDependency(one));
        }
        request.setManagedDependencies(managed(model));
        List<Artifact> all = collectAndGet(request, label);
        request.getDependencies().parallelStream().forEach(one -> addForGoOffline(one.getArtifact()));
        return all;
    }

    private List<org.eclipse.aether.graph.Dependency> managed(Model model) {
        List<org.eclipse.aether.graph.Dependency> managed = new ArrayList<>();
        if (model.getDependencyManagement() == null) return managed;
        for (Dependency one : model.getDependencyManagement().getDependencies()) managed.add(resolverDependency(one));
        return managed;
    }

    private org.eclipse.aether.graph.Dependency resolverDependency(Dependency one) {
        return RepositoryUtils.toDependency(one, repository.session.getArtifactTypeRegistry());
    }

    /** @return all artifacts of the graph; what is missing of it is noted unless nobody needs it */
    private List<Artifact> collectAndGet(CollectRequest request, String neededBy) {
        request.setRepositories(repository.remotes);
        CollectResult collected;
        try {
            collected = repository.system.collectDependencies(repository.session, request);
        } catch (DependencyCollectionException error) {
            collected = error.getResult();
            if (neededBy != null) {
                for (Exception each : collected.getExceptions()) repository.addMissing("a dependency", neededBy, each);
                if (collected.getExceptions().isEmpty()) repository.addMissing("a dependency", neededBy, error);
            }
        } catch (IllegalArgumentException error) {
            if (neededBy != null) repository.addMissing("a dependency", neededBy, error);
            return List.of();
        }
        List<Artifact> all = new ArrayList<>();
        if (collected.getRoot() != null) addTo(all, collected.getRoot(), new HashSet<>());
        all.parallelStream()
                .filter(one -> !projects.isOwn(one))
                .forEach(one -> repository.get(one, neededBy));
        return all;
    }

    private static void addTo(List<Artifact> all, DependencyNode node, Set<DependencyNode> seen) {
        if (!seen.add(node)) return;
        if (node.getDependency() != null) all.add(node.getArtifact());
        for (DependencyNode child : node.getChildren()) addTo(all, child, seen);
    }

    private void addPlugin(Plugin plugin, Model model, PluginUse use) {
        Artifact artifact = described(plugin, use.label);
        if (artifact == null || projects.isOwn(artifact)) return;
        if (done.add(artifact + " " + plugin.getDependencies())) addPluginDependencies(plugin, artifact, use.label);
        PluginExtras extras = new PluginExtras(plugin, artifact.getVersion(), managed(model));
        for (DefaultArtifact one : extras.wanted(use.used)) {
            if (!done.add(one.toString())) continue;
            CollectRequest request = new CollectRequest();
            request.setRoot(new org.eclipse.aether.graph.Dependency(one, "runtime"));
            collectAndGet(request, extras.isSure() ? use.label : null);
        }
    }

    private void addPluginDependencies(Plugin plugin, Artifact artifact, String label) {
        try {
            pluginDependencies.resolve(plugin, artifact, null, repository.remotes, repository.session);
        } catch (PluginResolutionException error) {
            repository.addMissing("the plugin " + plugin.getId(), label, error);
        }
        addForGoOffline(artifact);
    }

    /** dependency:go-offline looks at each artifact on its own, whatever the project manages; it may lack what only it wants. */
    private void addForGoOffline(Artifact artifact) {
        if (projects.isOwn(artifact) || !done.add(artifact + " alone")) return;
        CollectRequest request = new CollectRequest();
        request.setRoot(new org.eclipse.aether.graph.Dependency(artifact, null));
        collectAndGet(request, null);
    }

    /** @return the plugin's own file, or null */
    private Artifact described(Plugin plugin, String neededBy) {
        if (plugin.getVersion() == null || plugin.getVersion().isEmpty()) {
            try {
                plugin.setVersion(pluginVersions
                        .resolve(new DefaultPluginVersionRequest(plugin, repository.session, repository.remotes))
                        .getVersion());
            } catch (PluginVersionResolutionException error) {
                if (neededBy != null) repository.addMissing("a version of the plugin " + plugin.getKey(), neededBy, error);
                return null;
            }
        }
        String group = plugin.getGroupId();
        // Maven reads the pom first, and its parents with it.
        Artifact pom = new DefaultArtifact(group, plugin.getArtifactId(), "", "pom", plugin.getVersion());
        if (projects.isOwn(pom)) return pom;
        readDescriptor(pom);
        return repository.get(new DefaultArtifact(group, plugin.getArtifactId(), "", "jar", plugin.getVersion()), neededBy);
    }

    private void readDescriptor(Artifact pom) {
        try {
            repository.system.readArtifactDescriptor(
                    repository.session,
                    new org.eclipse.aether.resolution.ArtifactDescriptorRequest(pom, repository.remotes, null));
        } catch (org.eclipse.aether.resolution.ArtifactDescriptorException | IllegalArgumentException error) {
            // Getting its file says so.
        }
    }

    /** Downloaded only: they are loaded where the build runs, in the sandbox. */
    private void addExtensions(Model model, Path pom, String label) {
        Collection<Extension> extensions = new ArrayList<>(CoreExtensions.beside(pom));
        if (model.getBuild() != null) extensions.addAll(model.getBuild().getExtensions());
        for (Extension one : extensions) {
            if (one.getVersion() == null || !Files.exists(pom)) continue;
            Plugin asPlugin = new Plugin();
            asPlugin.setGroupId(one.getGroupId());
            asPlugin.setArtifactId(one.getArtifactId());
            asPlugin.setVersion(one.getVersion());
            Artifact artifact = described(asPlugin, label);
            if (artifact != null && done.add(artifact + " extension")) addPluginDependencies(asPlugin, artifact, label);
        }
    }
}
