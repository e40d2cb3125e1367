# Who may do what. One question at a time: the input names the action and the roles of whoever asks.
#
# Whose documents, conversations and accounts are touched is not decided here: every action reaches the asker's own and
# nothing else, whatever their roles. An action that no rule names is refused, also one that a later release adds.
package voiceassist.authz

import rego.v1

default allow := false

# Everybody's own connection to Nextcloud, who they are, where they are signed in, and what the audit log says of them.
own_connection := {
	"show_connection",
	"begin_connecting",
	"follow_connecting",
	"end_connection",
	"show_me",
	"list_own_audit",
	"list_sessions",
	"end_session",
	"end_own_session",
	"end_other_sessions",
	"issue_ticket",
	"export_own_data",
}

# What works on what the asker sends along and reaches nothing.
instruments := {"list_calculators", "get_calculator", "calculate", "detect_phi", "redact_phi"}

# What is read of one's own files, and what was asked about them.
own_files := {
	"show_scope",
	"replace_scope",
	"preview_scope",
	"list_documents",
	"get_document",
	"retry_document",
	"follow_documents",
}

# One's own time and the people one knows.
own_calendars := {
	"list_calendars",
	"list_events",
	"show_next_event",
	"list_tasks",
	"show_free_busy",
	"list_contacts",
}

# One's own mail, and which of it is mirrored.
own_mail := {
	"list_mailboxes",
	"add_mailbox",
	"test_mailbox",
	"change_mailbox",
	"remove_mailbox",
	"list_mail",
	"get_mail",
	"get_mail_thread",
}

own_conversations := {
	"list_conversations",
	"create_conversation",
	"get_conversation",
	"change_conversation",
	"delete_conversation",
	"delete_all_conversations",
	"search_conversations",
	"rate_answer",
}

# Searching and answering.
knowledge := {"search_passages", "ask_conversation", "get_passage"}

# An administrator may do everything, with what is theirs.
allow if "admin" in input.subject.roles

# Everybody may use what is their own.
allow if {
	"user" in input.subject.roles
	input.action in own_connection | instruments | own_files | own_calendars | own_mail | own_conversations
}

# Medical staff may ask.
allow if {
	"medical_staff" in input.subject.roles
	input.action in knowledge
}
