/* The tracked number in the rich text editor: the modal that picks one, and how it looks in a line. */
(() => {
  const TYPE = "CALLTRACK_NUMBER";
  const { DraftJS, React, draftail } = window;
  const { EditorState, Modifier } = DraftJS;
  const leaving = new Set(); // entities that are to go

  class NumberSource extends draftail.ModalWorkflowSource {
    componentDidMount() {
      const { editorState, entityKey, onComplete } = this.props;
      if (!leaving.delete(entityKey)) {
        super.componentDidMount();
        return;
      }
      const selection = editorState.getSelection();
      const left = Modifier.removeRange(editorState.getCurrentContent(), selection, "backward");
      onComplete(EditorState.push(editorState, left, "remove-range"));
    }

    getChooserConfig(entity) {
      const { id = "", vestiging = "" } = entity ? entity.getData() : {};
      return {
        url: this.props.entityType.chooserUrls.number,
        urlParams: { id, vestiging, at: window.location.pathname },
        onload: {
          choose: (modal) => {
            modal.ajaxifyForm(modal.body.find("form"));
            /* Wagtail's own dialog has no name that a screen reader could say. */
            modal.container.attr("aria-label", modal.body.find("h1").text().trim());
          },
          chosen: (modal, data) => modal.respond("chosen", data.result),
        },
        responses: { chosen: this.onChosen },
      };
    }

    /* Wagtail's own makes a link of what is selected; a number brings its text along. */
    onChosen({ label, ...data }) {
      const { editorState, onComplete } = this.props;
      const content = editorState.getCurrentContent().createEntity(TYPE, "IMMUTABLE", data);
      const changed = Modifier.replaceText(
        content,
        editorState.getSelection(),
        label,
        editorState.getCurrentInlineStyle(),
        content.getLastCreatedEntityKey(),
      );
      this.workflow.close();
      onComplete(EditorState.push(editorState, changed, "insert-characters"));
    }
  }

  const NumberInLine = (props) => {
    const { note = "" } = props.contentState.getEntity(props.entityKey).getData();
    /* Taken out, a link leaves its text; a number would stay as text that nobody tracks. */
    const onRemove = (key) => {
      leaving.add(key);
      props.onEdit(key);
    };
    const shown = { ...props, onRemove, icon: "#icon-mobile-alt", label: note };
    return React.createElement(draftail.TooltipEntity, shown, props.children);
  };

  draftail.registerPlugin(
    { type: TYPE, source: NumberSource, decorator: NumberInLine },
    "entityTypes",
  );
})();
