// The folders that users lie in, as a tree: choosing one narrows the list beside it.
import { useGet } from "../lib/hooks";
import { t } from "../lib/i18n";

interface Folder {
  name: string;
  path: string;
  below: Folder[];
}

// "users/staff" and "users/guests" become "users" with two below it.
export function treeOf(paths: string[]): Folder[] {
  const top: Folder[] = [];
  for (const path of paths) {
    let level = top;
    let whole = "";
    for (const name of path.split("/")) {
      whole = whole ? `${whole}/${name}` : name;
      let found = level.find((one) => one.name === name);
      if (!found) {
        found = { name, path: whole, below: [] };
        level.push(found);
      }
      level = found.below;
    }
  }
  return top;
}

interface Props {
  path: string;
  current: string;
  onChoose: (path: string) => void;
}

export function Folders({ path, current, onChoose }: Props) {
  const { value } = useGet<{ paths: string[] }>(path);
  const paths = value?.paths ?? [];
  if (paths.length < 2) return null;
  const branch = (folders: Folder[]) => (
    <ul>
      {folders.map((one) => (
        <li key={one.path}>
          <button type="button" aria-current={one.path === current ? "true" : undefined} onClick={() => onChoose(one.path)}>
            {one.name}
          </button>
          {one.below.length > 0 && branch(one.below)}
        </li>
      ))}
    </ul>
  );
  return (
    <nav class="folders" aria-label={t("Folders")}>
      <ul>
        <li>
          <button type="button" aria-current={current === "" ? "true" : undefined} onClick={() => onChoose("")}>
            {t("All")}
          </button>
          {branch(treeOf(paths))}
        </li>
      </ul>
    </nav>
  );
}
