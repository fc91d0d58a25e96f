// An enhancement of an entry's page: a footnote mark that is pointed at or focused shows its source
// beside it. Without scripts, on a touch screen and in print the mark leads to the list of sources.
(function () {
  "use strict";
  if (!HTMLElement.prototype.showPopover) return;
  var box, mark, leaving;

  function hide() {
    if (!mark) return;
    mark.removeAttribute("aria-describedby");
    mark = null;
    box.hidePopover();
  }

  // Above the mark where there is room, else below it; never out of the window.
  function place() {
    var at = mark.getBoundingClientRect(), own = box.getBoundingClientRect(), space = 8;
    var top = at.top - own.height - space;
    box.style.top = (top >= space ? top : at.bottom + space) + "px";
    box.style.left = Math.max(space, Math.min(at.left, document.documentElement.clientWidth - own.width - space)) + "px";
  }

  function show(link) {
    clearTimeout(leaving);
    var source = document.getElementById(link.hash.slice(1));
    if (link === mark || !source) return;
    hide();
    // Words only: the links stay in the list, where every key reaches them.
    box.replaceChildren(...Array.from(source.querySelectorAll("p"), function (each) {
      var line = document.createElement("p");
      line.textContent = each.textContent;
      return line;
    }).slice(0, 2));
    mark = link;
    mark.setAttribute("aria-describedby", box.id);
    box.showPopover();
    place();
  }

  function markOf(event) { return event.target.closest && event.target.closest(".fn a[href^='#source-']"); }
  function leave() { clearTimeout(leaving); leaving = setTimeout(hide, 200); }

  document.addEventListener("DOMContentLoaded", function () {
    box = document.createElement("div");
    box.id = "preview";
    box.className = "preview";
    box.popover = "manual";
    box.setAttribute("role", "tooltip");
    document.querySelector("main").append(box);
    document.addEventListener("pointerover", function (event) {
      if (event.pointerType === "touch") return;
      var link = markOf(event);
      if (link) show(link);
      else if (box.contains(event.target)) clearTimeout(leaving);
      else if (mark && document.activeElement !== mark) leave();
    });
    document.addEventListener("focusin", function (event) {
      var link = markOf(event);
      if (link && link.matches(":focus-visible")) show(link);
      else hide();
    });
    document.addEventListener("focusout", hide);
    document.addEventListener("keydown", function (event) { if (event.key === "Escape") hide(); });
    document.addEventListener("click", hide);
    document.addEventListener("scroll", function () { if (mark) place(); }, { passive: true });
  });
})();
