/** Entry of the chat's build. */
import { createRoot } from "react-dom/client";

const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<h1>OnRecord</h1>);
