//! Accounts, their app passwords and groups, and the click of "grant access", all without HTTP.
//! Nothing here checks a password: whoever holds the control interface is the administrator.

use super::{ControlError, known};
use crate::nextcloud::Nextcloud;
use crate::nextcloud::script::User;

/// Name under which app passwords made here are filed.
const CONTROL_CLIENT: &str = "control";

impl Nextcloud {
    /// The instance id.
    pub fn instance_id(&self) -> String {
        self.state().script.instance_id.clone()
    }

    /// Adds or redefines an account; files stay.
    pub fn add_user(&self, user: User) {
        self.state().add_user(user);
    }

    /// Deletes an account with its files; its app passwords are refused from then on.
    pub fn remove_user(&self, user: &str) -> Result<(), ControlError> {
        if self.state().remove_user(user) { Ok(()) } else { Err(ControlError::UnknownUser(user.to_owned())) }
    }

    /// Makes an app password.
    pub fn app_password(&self, user: &str) -> Result<String, ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        Ok(state.mint_app_password(user, CONTROL_CLIENT))
    }

    /// Names of the clients that hold an app password of this user, as the security page would show them.
    pub fn clients(&self, user: &str) -> Vec<String> {
        let state = self.state();
        let of_user = state.app_passwords.values().filter(|entry| entry.user == user);
        let mut clients: Vec<String> = of_user.map(|entry| entry.client.clone()).collect();
        clients.sort();
        clients
    }

    /// Takes all app passwords of a user back.
    pub fn revoke(&self, user: &str) {
        self.state().app_passwords.retain(|_, entry| entry.user != user);
    }

    /// Switches an account off.
    pub fn disable_user(&self, user: &str) {
        self.set_enabled(user, false);
    }

    /// Switches an account on.
    pub fn enable_user(&self, user: &str) {
        self.set_enabled(user, true);
    }

    /// Changes somebody's groups; group shares come and go with them.
    pub fn set_groups(&self, user: &str, groups: &[&str]) -> Result<(), ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        if let Some(person) = state.people.get_mut(user) {
            person.user.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        }
        state.clock.change();
        state.settle_mounts(&[user.to_owned()]);
        Ok(())
    }

    /// What the person does in the browser: says yes to a login flow, named by its URL or its poll token.
    pub fn grant(&self, login_url_or_token: &str, user: &str) -> Result<(), ControlError> {
        let mut state = self.state();
        known(&state, user)?;
        let login_name =
            state.user(user).and_then(|user| user.login.clone()).unwrap_or_else(|| user.to_owned());
        if state.grant(login_url_or_token, user, &login_name) {
            Ok(())
        } else {
            Err(ControlError::UnknownLogin)
        }
    }

    fn set_enabled(&self, user: &str, enabled: bool) {
        if let Some(person) = self.state().people.get_mut(user) {
            person.user.enabled = enabled;
        }
    }
}
