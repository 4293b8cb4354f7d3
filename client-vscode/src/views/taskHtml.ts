/** The markup of the Task view. */
import { pageHtml, type Assets } from "../pageHtml";

const BODY = `  <label for="task" class="hidden">What are you working on?</label>
  <textarea id="task" rows="2" placeholder="What are you working on? Files for it are suggested as you type."
    spellcheck="false" disabled></textarea>
  <div id="meter" role="progressbar" aria-label="Tokens against the budget" aria-valuemin="0"><div id="fill"></div></div>
  <div class="line facts">
    <button id="total" class="link" title="Set the token budget"></button>
    <button id="adds" class="link" title="Set how many files a build adds by itself for the task"></button>
  </div>
  <div id="cuts" role="status"></div>
  <div class="line actions">
    <button id="copy">Copy</button>
    <button id="preview" class="secondary">Preview</button>
  </div>
  <div id="note" role="status" aria-live="polite"></div>
  <div id="suggestions" hidden>
    <div class="line">
      <div class="tabs" role="tablist" aria-label="Suggested files">
        <button id="forTask" role="tab" aria-controls="rows" title="Files that matter for the task">For the task</button>
        <button id="forSelected" role="tab" aria-controls="rows"
          title="Files that go with the chosen ones: changed with them, using them, used by them">With the selected</button>
      </div>
      <span class="push"></span>
      <button id="all" class="link" title="Add all that are listed">Add all</button>
    </div>
    <ul id="rows" role="tabpanel" aria-label="Suggested files"></ul>
  </div>`;

export function taskPage(assets: Assets): string {
  return pageHtml(assets, { title: "Task", body: BODY });
}
